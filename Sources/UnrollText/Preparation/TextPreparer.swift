/// Prepares texts, and keeps its buffers from one to the next.
struct TextPreparer: Sendable {
  private let preparation: TextPreparation
  private let table: NormalizationTable?
  private let lowercase: LowercaseTable?

  private var utf8: [UInt8] = []
  private var changes: [PreparedText.Change] = []
  private var scalars: [UInt32] = []
  private var normalized: [UInt32] = []
  private var lowered: [UInt32] = []

  init(_ preparation: TextPreparation) {
    self.preparation = preparation
    table =
      switch preparation.normalization {
      case .none: nil
      case .nfc: .canonical
      case .nfkc: .compatible
      }
    lowercase = preparation.lowercase ? .shared : nil
  }

  /// Gives valid UTF-8, prepared, to `body`.
  ///
  /// - Parameter beginsText: whether this is the beginning of a text, where a byte order mark can be.
  mutating func withPrepared<Result>(
    _ source: UnsafeBufferPointer<UInt8>, beginsText: Bool,
    _ body: (PreparedText) throws -> Result
  ) rethrows -> Result {
    let isMarked =
      preparation.removesByteOrderMark && beginsText
      && source.starts(with: TextPreparation.byteOrderMark)
    let hasCarriageReturns =
      preparation.lineEnds == .lineFeed && source.contains(UInt8(ascii: "\r"))
    guard isMarked || hasCarriageReturns || preparation.changesCharacters else {
      return try body(PreparedText(utf8: source, changes: []))
    }
    utf8.removeAll(keepingCapacity: true)
    utf8.reserveCapacity(source.count)
    changes.removeAll(keepingCapacity: true)
    var place = 0
    if isMarked {
      place = TextPreparation.byteOrderMark.count
      changes.append(.init(prepared: 0..<0, source: 0..<place))
    }
    while place < source.count {
      let end = endOfPlainASCII(from: place, in: source)
      if end > place {
        appendASCII(source, place..<end)
        place = end
      } else {
        place = appendStretch(source, from: place)
      }
    }
    return try utf8.withUnsafeBufferPointer {
      try body(PreparedText(utf8: $0, changes: changes))
    }
  }

  /// The end of the ASCII from a place on that nothing after it changes.
  private func endOfPlainASCII(from place: Int, in source: UnsafeBufferPointer<UInt8>) -> Int {
    var end = place
    while end < source.count, source[end] < 0x80 { end += 1 }
    guard let table, end > place, end < source.count else { return end }
    let next = UTF8Text.scalar(in: source, at: end).value
    // Nothing composes with a control character.
    return table.traits(of: next).contains(.beginsStretch) || source[end - 1] < 0x20
      ? end : end - 1
  }

  private mutating func appendASCII(_ source: UnsafeBufferPointer<UInt8>, _ range: Range<Int>) {
    let unifies = preparation.lineEnds == .lineFeed
    guard unifies || lowercase != nil else {
      utf8.append(contentsOf: source[range])
      return
    }
    var place = range.lowerBound
    while place < range.upperBound {
      let byte = source[place]
      place += 1
      switch byte {
      case UInt8(ascii: "\r") where unifies:
        utf8.append(UInt8(ascii: "\n"))
        guard place < range.upperBound, source[place] == UInt8(ascii: "\n") else { continue }
        place += 1
        changes.append(.init(prepared: utf8.count - 1..<utf8.count, source: place - 2..<place))
      case UInt8(ascii: "A")...UInt8(ascii: "Z") where lowercase != nil: utf8.append(byte + 0x20)
      default: utf8.append(byte)
      }
    }
  }

  /// Appends a scalar and all after it that normalisation may join with it; returns the place after.
  private mutating func appendStretch(
    _ source: UnsafeBufferPointer<UInt8>, from start: Int
  ) -> Int {
    var (scalar, end) = UTF8Text.scalar(in: source, at: start)
    scalars.removeAll(keepingCapacity: true)
    scalars.append(scalar)
    if let table {
      while end < source.count {
        let next = UTF8Text.scalar(in: source, at: end)
        guard !table.traits(of: next.value).contains(.beginsStretch) else { break }
        scalars.append(next.value)
        end = next.end
      }
      scalar = scalars[0]
      if scalars.count > 1 || !table.traits(of: scalar).contains(.isStable) {
        table.normalize(scalars, into: &normalized)
        swap(&scalars, &normalized)
      }
    }
    if let lowercase {
      lowered.removeAll(keepingCapacity: true)
      for scalar in scalars { lowercase.append(scalar, to: &lowered) }
      swap(&scalars, &lowered)
    }
    let place = utf8.count
    for scalar in scalars { UTF8Text.append(scalar, to: &utf8) }
    if utf8.count - place != end - start {
      changes.append(.init(prepared: place..<utf8.count, source: start..<end))
    }
    return end
  }
}
