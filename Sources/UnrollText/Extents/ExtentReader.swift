/// Sums what the tokens of a row stand for, up to places that come about in order.
struct ExtentReader {
  private let row: Tokens
  private let extents: TokenExtents
  private let spelled: SpelledExtents

  /// The sums before each token of the block that was read last.
  private var block: (number: Int, sums: [TokenExtent])?

  /// `nil` for a row that was not made from texts.
  init?(_ tokens: Tokens, by tokenizer: Tokenizer) {
    guard let extents = tokens.extents else { return nil }
    self.extents = extents
    row = tokens.wholeRow
    spelled = SpelledExtents(tokenizer)
  }

  /// What is predicted of tokens, of which the first is not.
  ///
  /// Throws `FileError` if the tokens are in a file that cannot be read, and `TextError` if they have
  /// been damaged.
  mutating func predictedText(of tokens: Tokens) throws -> PredictedText {
    let range = tokens.placesInRow
    guard !range.isEmpty else { return PredictedText() }
    let start = try sum(before: range.lowerBound)
    let first = try sum(before: range.lowerBound + 1) - start
    let all = try sum(before: range.upperBound) - start
    let rest = range.upperBound == row.count ? extents.rest : TokenExtent()
    var text = PredictedText()
    text.tokenCount = range.count - 1
    text.byteCount = all.bytes - first.bytes
    text.characterCount = all.characters - first.characters
    text.unpredictedByteCount = first.bytes + all.passed + rest.passed
    text.skippedByteCount = all.skipped + rest.skipped
    return text
  }

  private mutating func sum(before place: Int) throws -> TokenExtent {
    let (number, offset) = place.quotientAndRemainder(dividingBy: TokenExtents.blockSize)
    if offset == 0 { return extents.sums[number] }
    if place == row.count, let last = extents.sums.last { return last }
    if let block, block.number == number { return block.sums[offset] }
    let sums = try sums(in: number)
    block = (number, sums)
    return sums[offset]
  }

  private func sums(in number: Int) throws -> [TokenExtent] {
    let start = number * TokenExtents.blockSize
    let range = start..<min(start + TokenExtents.blockSize, row.count)
    let bytes = try extents.records(of: number)
    var records = bytes[...]
    var exception = Self.takeException(from: &records, after: 0)
    var sum = extents.sums[number]
    var sums: [TokenExtent] = []
    sums.reserveCapacity(range.count + 1)
    try row.forEach(in: range) { place, token in
      sums.append(sum)
      if let found = exception, found.place == place {
        sum += found.extent
        exception = Self.takeException(from: &records, after: place + 1)
      } else {
        sum += spelled[Int(token)]
      }
    }
    sums.append(sum)
    guard sum == extents.sums[number + 1], records.isEmpty, exception == nil else {
      throw row.damaged
    }
    return sums
  }

  private static func takeException(
    from records: inout ArraySlice<UInt8>, after place: Int
  ) -> TokenException? {
    func number() -> Int? { VariableLength.take(from: &records) }
    guard let distance = number(), let bytes = number(), let characters = number(),
      let passed = number(), let skipped = number()
    else { return nil }
    return TokenException(
      place: place + distance,
      extent: TokenExtent(bytes: bytes, characters: characters, passed: passed, skipped: skipped))
  }
}
