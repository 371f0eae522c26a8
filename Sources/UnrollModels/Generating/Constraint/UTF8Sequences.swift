/// The bytes of a range of scalars in UTF-8: sequences of ranges of bytes, as in Russ Cox's RE2.
struct UTF8Sequences {
  /// Each the bytes of some scalars, from the first byte to the last.
  private(set) var sequences: [[ClosedRange<UInt8>]] = []

  init(_ range: ClosedRange<UInt32>) {
    // Surrogates are no scalars.
    for part in [0...0xD7FF, 0xE000...0x10FFFF] as [ClosedRange<UInt32>] {
      guard part.overlaps(range) else { continue }
      // Scalars of one length each.
      for length in [0...0x7F, 0x80...0x7FF, 0x800...0xFFFF, 0x10000...0x10FFFF]
        as [ClosedRange<UInt32>]
      {
        guard length.overlaps(part), length.clamped(to: part).overlaps(range) else { continue }
        split(length.clamped(to: part).clamped(to: range))
      }
    }
  }

  /// Splits a range until each byte but the first ones runs through all of its values.
  private mutating func split(_ range: ClosedRange<UInt32>) {
    for bits in [6, 12, 18] as [UInt32] where range.upperBound > 0x7F {
      let mask = (1 as UInt32) << bits - 1
      let (lower, upper) = (range.lowerBound, range.upperBound)
      guard lower & ~mask != upper & ~mask else { break }
      if lower & mask != 0 {
        split(lower...(lower | mask))
        split((lower | mask) + 1...upper)
        return
      }
      if upper & mask != mask {
        split(lower...(upper & ~mask) - 1)
        split((upper & ~mask)...upper)
        return
      }
    }
    sequences.append(
      zip(Self.bytes(of: range.lowerBound), Self.bytes(of: range.upperBound)).map { $0...$1 })
  }

  private static func bytes(of scalar: UInt32) -> [UInt8] {
    func following(_ shift: UInt32) -> UInt8 { UInt8(0x80 | (scalar >> shift) & 0x3F) }
    switch scalar {
    case ...0x7F: return [UInt8(scalar)]
    case ...0x7FF: return [UInt8(0xC0 | scalar >> 6), following(0)]
    case ...0xFFFF: return [UInt8(0xE0 | scalar >> 12), following(6), following(0)]
    default: return [UInt8(0xF0 | scalar >> 18), following(12), following(6), following(0)]
    }
  }
}
