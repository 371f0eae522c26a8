/// Finds what the tokens of a text stand for in the text that was read.
struct TokenTracing: Sendable {
  private let spelled: SpelledExtents
  private let kind: TokenizerKind
  private var characters = CharacterStarts()

  /// A piece that the vocabulary does not have.
  struct Unknown: Sendable {
    /// The number of tokens before it.
    let place: Int
    /// The piece in the prepared text.
    let range: Range<Int>
    /// Whether it was left out; otherwise there is a token for it.
    let isSkipped: Bool
  }

  init(_ tokenizer: Tokenizer) {
    spelled = SpelledExtents(tokenizer)
    kind = tokenizer.kind
  }

  /// Adds what the tokens of `encoded` from `first` on stand for, which were made of a prepared text.
  mutating func trace(
    _ prepared: PreparedText, of source: UnsafeBufferPointer<UInt8>, unknown: [Unknown],
    from first: Int, in encoded: inout EncodedText
  ) {
    if unknown.isEmpty, prepared.changes.isEmpty, kind == .characters || isPlain(source) {
      return
    }
    characters.find(in: source)
    var places = SourcePlaces(prepared.changes)
    var pieces = unknown[...]
    var place = 0
    var end = 0
    var skipped = 0
    func skip(before token: Int) {
      while let piece = pieces.first, piece.isSkipped, piece.place == token {
        let start = places.start(of: piece.range.lowerBound)
        skipped += places.end(of: piece.range.upperBound) - start
        place = piece.range.upperBound
        pieces.removeFirst()
      }
    }
    for index in first..<encoded.tokens.count {
      skip(before: index)
      let token = Int(encoded.tokens[index])
      var length = spelled.byteCount(of: token)
      if let piece = pieces.first, piece.place == index {
        length = piece.range.count
        pieces.removeFirst()
      }
      let start = places.start(of: place)
      let range = start..<places.end(of: place + length)
      let extent = TokenExtent(
        bytes: range.count, characters: characters.count(in: range), passed: start - end,
        skipped: skipped)
      if extent != spelled[token] {
        encoded.exceptions.append(TokenException(place: index, extent: extent))
      }
      place += length
      end = range.upperBound
      skipped = 0
    }
    skip(before: encoded.tokens.count)
    encoded.rest = TokenExtent(passed: source.count - end, skipped: skipped)
  }

  /// Whether every byte is a character.
  private func isPlain(_ utf8: UnsafeBufferPointer<UInt8>) -> Bool {
    utf8.allSatisfy { $0 < 0x80 && $0 != UInt8(ascii: "\r") }
  }
}

/// The tokens of a text, and what they stand for where that is not their spelling.
struct EncodedText: Sendable {
  var tokens: [Token] = []
  var exceptions: [TokenException] = []

  /// What comes behind the last token.
  var rest = TokenExtent()

  mutating func removeAll() {
    tokens.removeAll(keepingCapacity: true)
    exceptions.removeAll(keepingCapacity: true)
    rest = TokenExtent()
  }
}
