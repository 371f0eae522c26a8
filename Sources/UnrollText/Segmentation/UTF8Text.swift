/// Reading UTF-8 by hand, where going through `String` would be slow or would repair silently.
enum UTF8Text {
  /// The offset of the first byte that is in no text, or `nil`: one that belongs to no well-formed
  /// sequence (The Unicode Standard, table 3-7), or 0, which other encodings and other data have.
  static func firstOffsetOfNoText(in bytes: UnsafeBufferPointer<UInt8>) -> Int? {
    let raw = UnsafeRawBufferPointer(bytes)
    var offset = 0
    while offset < bytes.count {
      if offset + 8 <= bytes.count {
        let word = raw.loadUnaligned(fromByteOffset: offset, as: UInt64.self)
        // No byte has its highest bit, also not after 1 is taken away from each.
        if (word | (word &- 0x0101_0101_0101_0101)) & 0x8080_8080_8080_8080 == 0 {
          offset += 8
          continue
        }
      }
      guard bytes[offset] != 0 else { return offset }
      let rest = UnsafeBufferPointer(rebasing: bytes[offset...])
      guard case .complete(let width) = prefix(of: rest) else { return offset }
      offset += width
    }
    return nil
  }

  /// The number of bytes at the end that begin a sequence which more bytes could complete.
  static func incompleteSuffixCount(of bytes: [UInt8]) -> Int {
    bytes.withUnsafeBufferPointer { bytes in
      for count in 1..<4 where count <= bytes.count {
        let suffix = UnsafeBufferPointer(rebasing: bytes[(bytes.count - count)...])
        if case .incomplete = prefix(of: suffix) { return count }
      }
      return 0
    }
  }

  private enum Prefix {
    case complete(width: Int)
    case incomplete
    case invalid
  }

  /// How the first sequence of a non-empty run of bytes ends.
  private static func prefix(of bytes: UnsafeBufferPointer<UInt8>) -> Prefix {
    let lead = bytes[0]
    let width: Int
    var second: ClosedRange<UInt8> = 0x80...0xBF
    switch lead {
    case 0x00...0x7F: return .complete(width: 1)
    case 0xC2...0xDF: width = 2
    case 0xE0...0xEF:
      width = 3
      if lead == 0xE0 { second = 0xA0...0xBF }
      if lead == 0xED { second = 0x80...0x9F }
    case 0xF0...0xF4:
      width = 4
      if lead == 0xF0 { second = 0x90...0xBF }
      if lead == 0xF4 { second = 0x80...0x8F }
    default: return .invalid
    }
    for index in 1..<width {
      guard index < bytes.count else { return .incomplete }
      guard (index == 1 ? second : 0x80...0xBF).contains(bytes[index]) else { return .invalid }
    }
    return .complete(width: width)
  }

  /// The scalar that begins at an offset of valid UTF-8, and the offset after it.
  @inline(__always)
  static func scalar(
    in bytes: UnsafeBufferPointer<UInt8>, at offset: Int
  ) -> (value: UInt32, end: Int) {
    let lead = UInt32(bytes[offset])
    if lead < 0x80 { return (lead, offset + 1) }
    let second = UInt32(bytes[offset + 1] & 0x3F)
    if lead < 0xE0 { return ((lead & 0x1F) << 6 | second, offset + 2) }
    let third = UInt32(bytes[offset + 2] & 0x3F)
    if lead < 0xF0 { return ((lead & 0x0F) << 12 | second << 6 | third, offset + 3) }
    let fourth = UInt32(bytes[offset + 3] & 0x3F)
    return ((lead & 0x07) << 18 | second << 12 | third << 6 | fourth, offset + 4)
  }

  /// The scalar that begins at an offset, or `nil` if none that is valid and complete does.
  static func validScalar(in bytes: UnsafeBufferPointer<UInt8>, at offset: Int) -> UInt32? {
    let rest = UnsafeBufferPointer(rebasing: bytes[offset..<min(offset + 4, bytes.count)])
    guard case .complete = prefix(of: rest) else { return nil }
    return scalar(in: bytes, at: offset).value
  }

  /// The scalar that ends before an offset, or `nil` if none that is valid does.
  static func validScalar(in bytes: UnsafeBufferPointer<UInt8>, before offset: Int) -> UInt32? {
    for width in 1..<5 where width <= offset {
      let rest = UnsafeBufferPointer(rebasing: bytes[(offset - width)..<offset])
      if case .complete(width) = prefix(of: rest) {
        return scalar(in: bytes, at: offset - width).value
      }
    }
    return nil
  }

  /// Appends the bytes of a scalar.
  @inline(__always)
  static func append(_ scalar: UInt32, to bytes: inout [UInt8]) {
    func following(_ shift: UInt32) -> UInt8 {
      UInt8(truncatingIfNeeded: 0x80 | (scalar >> shift & 0x3F))
    }
    switch scalar {
    case ..<0x80: bytes.append(UInt8(truncatingIfNeeded: scalar))
    case ..<0x800:
      bytes.append(UInt8(truncatingIfNeeded: 0xC0 | scalar >> 6))
      bytes.append(following(0))
    case ..<0x10000:
      bytes.append(UInt8(truncatingIfNeeded: 0xE0 | scalar >> 12))
      bytes.append(following(6))
      bytes.append(following(0))
    default:
      bytes.append(UInt8(truncatingIfNeeded: 0xF0 | scalar >> 18))
      bytes.append(following(12))
      bytes.append(following(6))
      bytes.append(following(0))
    }
  }
}
