/// Puts the tokens of chunks one after the other, with what belongs around documents.
struct TokenAssembly {
  /// The number of tokens so far.
  private(set) var count = 0

  /// Where the documents end; `nil` where there are none.
  private(set) var ends: DocumentEnds?

  /// What the tokens stand for.
  var extents: TokenExtents.Builder

  private let width: TokenWidth
  private var beginning: [UInt8] = []
  private var end: [UInt8] = []
  private var isInDocument = false

  init(_ tokenizer: Tokenizer, by unit: DocumentUnit?) {
    width = tokenizer.tokenWidth
    extents = TokenExtents.Builder(SpelledExtents(tokenizer), width: width)
    guard unit != nil else { return }
    ends = DocumentEnds()
    let (first, last) = tokenizer.boundaries
    beginning = width.bytes(of: first.map { [$0] } ?? [])
    end = width.bytes(of: last.map { [$0] } ?? [])
  }

  /// The bytes of the tokens that a chunk adds to the row.
  mutating func add(_ chunk: ChunkEncoder.Output) -> [UInt8] {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(chunk.bytes.count + chunk.parts.count * (beginning.count + end.count))
    var exceptions = chunk.exceptions[...]
    var start = 0
    var lineEnd = 0
    for (index, part) in chunk.parts.enumerated() {
      if index > 0 { endDocument(&bytes, lineEnd: lineEnd) }
      lineEnd = part.lineEnd
      let next = start + part.tokenCount
      if part.tokenCount > 0 {
        beginDocument(&bytes)
        let own = exceptions.prefix { $0.place < next }
        exceptions = exceptions[own.endIndex...]
        let range = start * width.rawValue..<next * width.rawValue
        chunk.bytes.withUnsafeBytes {
          extents.append(.init(rebasing: $0[range]), exceptions: own, base: start)
        }
        append(chunk.bytes[range], to: &bytes)
      }
      extents.pass(part.rest)
      start = next
    }
    if chunk.endsFile { endDocument(&bytes, lineEnd: 0) }
    return bytes
  }

  private mutating func append(_ tokens: ArraySlice<UInt8>, to bytes: inout [UInt8]) {
    bytes.append(contentsOf: tokens)
    count += tokens.count / width.rawValue
  }

  private mutating func beginDocument(_ bytes: inout [UInt8]) {
    guard ends != nil, !isInDocument else { return }
    isInDocument = true
    guard !beginning.isEmpty else { return }
    append(beginning[...], to: &bytes)
    extents.append(TokenExtent())
  }

  /// Ends a document, if one is open, with the token that stands for the line end.
  private mutating func endDocument(_ bytes: inout [UInt8], lineEnd: Int) {
    guard ends != nil else { return }
    if isInDocument, !end.isEmpty {
      append(end[...], to: &bytes)
      extents.append(TokenExtent(bytes: lineEnd, characters: lineEnd > 0 ? 1 : 0))
    } else {
      extents.pass(TokenExtent(passed: lineEnd))
    }
    if isInDocument { ends?.append(count) }
    isInDocument = false
  }
}

extension Tokenizer {
  /// The reserved entries that stand before and after a document.
  var boundaries: (first: Token?, last: Token?) {
    let end = vocabulary.token(for: .end)
    return (vocabulary.token(for: .beginning) ?? end, end)
  }

  /// The number of bytes that each token of this vocabulary takes.
  var tokenWidth: TokenWidth { TokenWidth(forTokensBelow: vocabulary.count) }
}
