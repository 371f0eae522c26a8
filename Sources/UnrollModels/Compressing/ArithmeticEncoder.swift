/// Arithmetic coding of integers' shares (Rissanen 1976), with a range of 64 bits that is renormalised byte by byte (Martin 1979).
struct ArithmeticEncoder {
  private var low: UInt64 = 0
  private var range = UInt64.max
  private(set) var bytes: [UInt8] = []

  /// Codes something that has the part `start ..< start + size` of `total`, which is below 2^40.
  mutating func encode(start: UInt64, size: UInt64, total: UInt64) {
    let unit = range / total
    let (sum, isOver) = low.addingReportingOverflow(start * unit)
    low = sum
    if isOver { carry() }
    range = size * unit
    while range < 1 << 56 {
      bytes.append(UInt8(low >> 56))
      low <<= 8
      range <<= 8
    }
  }

  /// All bytes, with as few at the end as tell the last range apart; behind them a decoder reads zeros.
  mutating func finish() -> [UInt8] {
    for count in 0...8 {
      let rest = count == 8 ? 0 : UInt64.max >> UInt64(8 * count)
      let (sum, isOver) = low.addingReportingOverflow(rest)
      let value = sum & ~rest
      guard value &- low < range || count == 8 else { continue }
      if isOver { carry() }
      for index in 0..<count { bytes.append(UInt8(value >> UInt64(56 - 8 * index) & 0xFF)) }
      break
    }
    while bytes.last == 0 { bytes.removeLast() }
    return bytes
  }

  /// Adds one to the number that was written so far.
  private mutating func carry() {
    for index in bytes.indices.reversed() {
      bytes[index] &+= 1
      if bytes[index] != 0 { return }
    }
  }
}

/// The other way round.
struct ArithmeticDecoder {
  private var code: UInt64 = 0
  private var range = UInt64.max
  private var rest: ArraySlice<UInt8>

  init(_ bytes: ArraySlice<UInt8>) {
    rest = bytes
    for _ in 0..<8 { code = code << 8 | next() }
  }

  /// A number below `total` that lies in the part of what was coded.
  func value(total: UInt64) -> UInt64 { min(code / (range / total), total - 1) }

  /// Goes on behind what has the part `start ..< start + size` of `total`.
  mutating func skip(start: UInt64, size: UInt64, total: UInt64) {
    let unit = range / total
    code &-= start * unit
    range = size * unit
    while range < 1 << 56 {
      code = code << 8 | next()
      range <<= 8
    }
  }

  private mutating func next() -> UInt64 { UInt64(rest.popFirst() ?? 0) }
}
