/// Makes the tokens of chunks, with what one thread keeps between them.
struct ChunkEncoder: Sendable {
  private var encoder: TextEncoder
  private let width: TokenWidth
  private let cutsLines: Bool
  private var encoded = EncodedText()

  /// The tokens of a chunk.
  struct Output: Sendable {
    /// All tokens of the chunk.
    var bytes: [UInt8] = []
    /// The parts of documents: all but the last part end one.
    var parts: [Part] = []
    /// The tokens that stand for something else than their spelling, by their places in the chunk.
    var exceptions: [TokenException] = []
    /// The number of bytes of text that were read for this.
    let byteCount: Int
    /// Whether the text ends here.
    let endsFile: Bool
  }

  /// The whole chunk, or one of its lines.
  struct Part: Sendable {
    /// The number of tokens.
    let tokenCount: Int
    /// What comes behind the last token, without the line end.
    let rest: TokenExtent
    /// The number of bytes of the line end; 0 if there is none.
    let lineEnd: Int
  }

  /// A piece that the vocabulary does not have.
  struct UnknownPiece: Error {
    /// The index of the text.
    let file: Int
    /// The offset of the piece in the text.
    let offset: Int
    /// The piece.
    let piece: TextEncoder.UnknownPiece
  }

  /// Makes tokens of the same kind for whole chunks or for each of their lines.
  init(_ encoder: TextEncoder, width: TokenWidth, cutsLines: Bool) {
    self.encoder = encoder
    self.width = width
    self.cutsLines = cutsLines
  }

  /// The tokens of a chunk; throws `TextError` or `UnknownPiece`.
  mutating func encode(_ chunk: TextChunk, of file: TextFile) throws -> Output {
    var output = Output(byteCount: chunk.block.count, endsFile: chunk.isLast)
    encoded.removeAll()
    try chunk.withText(of: file) { utf8 in
      guard cutsLines else {
        try append(utf8, 0..<utf8.count, lineEnd: 0, of: chunk, to: &output)
        return
      }
      var isLineOver = true
      try LineSegmentation.forEachLine(in: utf8) { line, ending in
        try append(utf8, line, lineEnd: ending.byteCount, of: chunk, to: &output)
        isLineOver = ending != .none
      }
      // A line that ends with the chunk is over, so that what comes next is another.
      if isLineOver {
        output.parts.append(Part(tokenCount: 0, rest: TokenExtent(), lineEnd: 0))
      }
    }
    output.bytes = width.bytes(of: encoded.tokens)
    output.exceptions = encoded.exceptions
    return output
  }

  private mutating func append(
    _ utf8: UnsafeBufferPointer<UInt8>, _ range: Range<Int>, lineEnd: Int, of chunk: TextChunk,
    to output: inout Output
  ) throws {
    let count = encoded.tokens.count
    let offset = chunk.offset + chunk.range.lowerBound + range.lowerBound
    encoded.rest = TokenExtent()
    do {
      try encoder.encode(
        UnsafeBufferPointer(rebasing: utf8[range]), beginsText: offset == 0, into: &encoded)
    } catch let piece as TextEncoder.UnknownPiece {
      throw UnknownPiece(file: chunk.file, offset: offset + piece.offset, piece: piece)
    }
    output.parts.append(
      Part(
        tokenCount: encoded.tokens.count - count, rest: encoded.rest, lineEnd: lineEnd))
  }
}
