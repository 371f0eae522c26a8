/// Makes the tokens of chunks, with what one thread keeps between them.
struct ChunkEncoder: Sendable {
  private var encoder: TextEncoder
  private let width: TokenWidth
  private let cutsLines: Bool
  private var tokens: [Token] = []

  /// The tokens of a chunk.
  struct Output: Sendable {
    /// All tokens of the chunk.
    var bytes: [UInt8] = []
    /// The number of tokens of each part of a document: all but the last part end one.
    var parts: [Int] = []
    /// The number of bytes of text that were read for this.
    let byteCount: Int
    /// Whether the text ends here.
    let endsFile: Bool
  }

  /// A piece that the vocabulary does not have.
  struct UnknownPiece: Error {
    /// The index of the text.
    let file: Int
    /// The offset of the chunk in the text.
    let offset: Int
    /// The place of what was encoded, as if the chunk were the beginning.
    let start: TextPlace
    /// The piece, and its place in what was encoded.
    let piece: TextEncoder.UnknownPiece
  }

  /// Makes tokens of the same kind for whole chunks or for each of their lines.
  init(_ encoder: TextEncoder, width: TokenWidth, cutsLines: Bool) {
    self.encoder = encoder
    self.width = width
    self.cutsLines = cutsLines
  }

  /// The tokens of a chunk; throws `TextError` or `UnknownPiece`.
  mutating func encode(
    _ chunk: TextChunk, of file: TextFile, _ options: Corpus.Options
  ) throws -> Output {
    var output = Output(byteCount: chunk.block.count, endsFile: chunk.isLast)
    tokens.removeAll(keepingCapacity: true)
    try chunk.withText(of: file, options) { utf8 in
      guard cutsLines else {
        try append(utf8, 0..<utf8.count, of: chunk, to: &output)
        return
      }
      var end = 0
      try LineSegmentation.forEachLine(in: utf8) { line, ending in
        try append(utf8, line, of: chunk, to: &output)
        end = ending == .none ? -1 : line.upperBound
      }
      // A line that ends with the chunk is over, so that what comes next is another.
      if end >= 0 { output.parts.append(0) }
    }
    output.bytes = width.bytes(of: tokens)
    return output
  }

  private mutating func append(
    _ utf8: UnsafeBufferPointer<UInt8>, _ range: Range<Int>, of chunk: TextChunk,
    to output: inout Output
  ) throws {
    let count = tokens.count
    do {
      try encoder.encode(UnsafeBufferPointer(rebasing: utf8[range]), into: &tokens)
    } catch let piece as TextEncoder.UnknownPiece {
      throw UnknownPiece(
        file: chunk.file, offset: chunk.offset + chunk.range.lowerBound,
        start: TextPlace(in: utf8, at: range.lowerBound), piece: piece)
    }
    output.parts.append(tokens.count - count)
  }
}
