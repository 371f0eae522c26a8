/// The places in a text where characters begin.
struct CharacterStarts: Sendable {
  /// A bit for each byte.
  private var words: [UInt64] = []

  /// Finds those of valid UTF-8.
  mutating func find(in utf8: UnsafeBufferPointer<UInt8>) {
    words.removeAll(keepingCapacity: true)
    words.append(contentsOf: repeatElement(0, count: utf8.count / 64 + 1))
    CharacterSegmentation.forEachPiece(in: utf8) { piece in
      let place = piece.range.lowerBound
      words[place >> 6] |= 1 << UInt64(place & 63)
    }
  }

  /// The number of characters that begin in a range.
  func count(in range: Range<Int>) -> Int {
    guard !range.isEmpty else { return 0 }
    let (first, last) = (range.lowerBound >> 6, (range.upperBound - 1) >> 6)
    let head = UInt64.max << UInt64(range.lowerBound & 63)
    let tail = UInt64.max >> UInt64(63 - (range.upperBound - 1) & 63)
    guard first < last else { return (words[first] & head & tail).nonzeroBitCount }
    let between = words[first + 1..<last].reduce(0) { $0 + $1.nonzeroBitCount }
    return (words[first] & head).nonzeroBitCount + between + (words[last] & tail).nonzeroBitCount
  }
}
