extension TokenExtents {
  /// Takes what tokens stand for as they come.
  struct Builder: Sendable {
    private let spelled: SpelledExtents
    private let width: TokenWidth

    private var count = 0
    private var sum = TokenExtent()
    private var sums = [TokenExtent()]
    private var recordEnds: [Int] = []

    /// The number of bytes of all records.
    private var recordCount = 0

    /// The place behind the last token with a record, or where its block begins.
    private var lastPlace = 0

    /// What was passed since the last token.
    private var pending = TokenExtent()

    /// The records that were not taken yet.
    private var records: [UInt8] = []

    init(_ spelled: SpelledExtents, width: TokenWidth) {
      self.spelled = spelled
      self.width = width
    }

    /// Takes bytes of the text that no token stands for.
    mutating func pass(_ extent: TokenExtent) { pending += extent }

    /// Takes tokens, as bytes, of which some are exceptions, whose places count from `base`.
    mutating func append(
      _ tokens: UnsafeRawBufferPointer, exceptions: ArraySlice<TokenException>, base: Int
    ) {
      let tokenCount = tokens.count / width.rawValue
      var next = 0
      for exception in exceptions {
        let place = exception.place - base
        appendSpelled(tokens, next..<place)
        append(exception.extent)
        next = place + 1
      }
      appendSpelled(tokens, next..<tokenCount)
    }

    /// Takes one token that stands for something of its own.
    mutating func append(_ extent: TokenExtent) {
      let extent = extent + pending
      pending = TokenExtent()
      for number in [
        count - lastPlace, extent.bytes, extent.characters, extent.passed, extent.skipped,
      ] {
        VariableLength.append(number, to: &records)
      }
      sum += extent
      count += 1
      lastPlace = count
      if count % TokenExtents.blockSize == 0 { endBlock() }
    }

    private mutating func appendSpelled(_ tokens: UnsafeRawBufferPointer, _ range: Range<Int>) {
      guard !range.isEmpty else { return }
      var place = range.lowerBound
      if pending != TokenExtent() {
        append(spelled[width.token(in: tokens, at: place)])
        place += 1
      }
      while place < range.upperBound {
        let rest = TokenExtents.blockSize - count % TokenExtents.blockSize
        let end = min(range.upperBound, place + rest)
        for index in place..<end { sum += spelled[width.token(in: tokens, at: index)] }
        count += end - place
        place = end
        if count % TokenExtents.blockSize == 0 { endBlock() }
      }
    }

    private mutating func endBlock() {
      sums.append(sum)
      recordEnds.append(recordCount + records.count)
      lastPlace = count
    }

    /// Gives the records that have come since the last time, to be kept elsewhere.
    mutating func takeRecords() -> [UInt8] {
      recordCount += records.count
      defer { records.removeAll(keepingCapacity: true) }
      return records
    }

    /// All that was taken.
    mutating func finish(_ records: Records) -> TokenExtents {
      if count % TokenExtents.blockSize != 0 { endBlock() }
      return TokenExtents(sums: sums, recordEnds: recordEnds, rest: pending, records: records)
    }
  }
}

/// Whole numbers from 0 on in as many bytes as they need, seven bits in each, the lowest first.
enum VariableLength {
  static func append(_ number: Int, to bytes: inout [UInt8]) {
    var rest = UInt(number)
    while rest >= 0x80 {
      bytes.append(UInt8(rest & 0x7F) | 0x80)
      rest >>= 7
    }
    bytes.append(UInt8(rest))
  }

  /// Takes a number from the beginning; `nil` if there is none, or one that is too large for a text.
  static func take(from bytes: inout ArraySlice<UInt8>) -> Int? {
    var number: UInt = 0
    var shift: UInt = 0
    while shift < 63, let byte = bytes.popFirst() {
      number |= UInt(byte & 0x7F) << shift
      if byte < 0x80 { return number <= 1 << 48 ? Int(number) : nil }
      shift += 7
    }
    return nil
  }
}
