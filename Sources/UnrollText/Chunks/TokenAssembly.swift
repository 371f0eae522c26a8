/// Puts the tokens of chunks one after the other, with what belongs around documents.
struct TokenAssembly {
  /// The number of tokens so far.
  private(set) var count = 0

  /// Where the documents end; `nil` where there are none.
  private(set) var ends: DocumentEnds?

  private let unit: DocumentUnit?
  private let width: TokenWidth
  private var beginning: [UInt8] = []
  private var end: [UInt8] = []
  private var isInDocument = false

  init(_ tokenizer: Tokenizer, by unit: DocumentUnit?, width: TokenWidth) {
    self.unit = unit
    self.width = width
    guard unit != nil else { return }
    ends = DocumentEnds()
    let (first, last) = tokenizer.boundaries
    beginning = width.bytes(of: first.map { [$0] } ?? [])
    end = width.bytes(of: last.map { [$0] } ?? [])
  }

  /// The bytes of the tokens that a chunk adds to the row.
  mutating func add(_ chunk: ChunkEncoder.Output) -> [UInt8] {
    guard unit != nil else {
      count += chunk.bytes.count / width.rawValue
      return chunk.bytes
    }
    var bytes: [UInt8] = []
    bytes.reserveCapacity(chunk.bytes.count + chunk.parts.count * (beginning.count + end.count))
    var start = 0
    for (index, tokenCount) in chunk.parts.enumerated() {
      if index > 0 { endDocument(&bytes) }
      guard tokenCount > 0 else { continue }
      if !isInDocument { append(beginning[...], to: &bytes) }
      isInDocument = true
      let next = start + tokenCount * width.rawValue
      append(chunk.bytes[start..<next], to: &bytes)
      start = next
    }
    if chunk.endsFile { endDocument(&bytes) }
    return bytes
  }

  private mutating func append(_ tokens: ArraySlice<UInt8>, to bytes: inout [UInt8]) {
    bytes.append(contentsOf: tokens)
    count += tokens.count / width.rawValue
  }

  private mutating func endDocument(_ bytes: inout [UInt8]) {
    guard isInDocument else { return }
    append(end[...], to: &bytes)
    ends?.append(count)
    isInDocument = false
  }
}

extension Tokenizer {
  /// The reserved entries that stand before and after a document.
  var boundaries: (first: Token?, last: Token?) {
    let end = vocabulary.token(for: .end)
    return (vocabulary.token(for: .beginning) ?? end, end)
  }
}
