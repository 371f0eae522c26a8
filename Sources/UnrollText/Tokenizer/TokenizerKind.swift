/// What one token stands for.
public enum TokenizerKind: String, CaseIterable, Hashable, Sendable {
  /// A Swift `Character`: what a reader takes for one, even if it is several scalars.
  case characters
  /// A Unicode scalar.
  case scalars
  /// A byte of the UTF-8; an entry of the vocabulary is the scalar of the same number.
  case bytes
  /// A word, a number, a punctuation mark or a white space: the text is all of them in a row.
  case words
  /// A sequence of bytes that is frequent, by byte-pair encoding (Sennrich et al. 2016) on bytes
  /// (GPT-2); an entry of the vocabulary is written in GPT-2's alphabet of 256 visible scalars.
  case bpe
}

extension TokenizerKind {
  /// Calls `body` for each piece of valid UTF-8, in order; all pieces in a row are the text.
  @inline(__always)
  func forEachPiece(
    in utf8: UnsafeBufferPointer<UInt8>, _ body: (Piece) throws -> Void
  ) rethrows {
    switch self {
    case .characters: try CharacterSegmentation.forEachPiece(in: utf8, body)
    case .scalars:
      var start = 0
      while start < utf8.count {
        let (scalar, end) = UTF8Text.scalar(in: utf8, at: start)
        try body(Piece(range: start..<end, scalar: scalar))
        start = end
      }
    case .bytes:
      for offset in utf8.indices {
        try body(Piece(range: offset..<offset + 1, scalar: UInt32(utf8[offset])))
      }
    case .words: try WordSegmentation.forEachPiece(in: utf8, body)
    case .bpe: try BytePairSegmentation.forEachPiece(in: utf8, body)
    }
  }

  /// What a piece is called in a message.
  var pieceName: String {
    switch self {
    case .characters: "character"
    case .scalars: "scalar"
    case .bytes: "byte"
    case .words, .bpe: "word"
    }
  }

  /// The bytes that an entry of the vocabulary stands for, or `nil` if it cannot be one.
  func bytes(of entry: String) -> [UInt8]? {
    switch self {
    case .characters, .scalars, .words: return Array(entry.utf8)
    case .bytes:
      let values = entry.unicodeScalars.map { UInt8(exactly: $0.value) }
      return values.count == 1 ? values[0].map { [$0] } : nil
    case .bpe:
      let bytes = entry.unicodeScalars.compactMap(ByteAlphabet.byte)
      return bytes.count == entry.unicodeScalars.count ? bytes : nil
    }
  }
}
