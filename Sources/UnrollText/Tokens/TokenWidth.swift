/// The number of bytes that each token of a row takes, little-endian.
enum TokenWidth: Int, Sendable {
  case one = 1
  case two = 2
  case four = 4

  /// The smallest width for tokens below a number.
  init(forTokensBelow count: Int) {
    self = count <= 1 << 8 ? .one : count <= 1 << 16 ? .two : .four
  }

  /// The token at a place.
  @inline(__always)
  func token(in bytes: UnsafeRawBufferPointer, at place: Int) -> Int {
    func value<Value: FixedWidthInteger>(_ type: Value.Type) -> Int {
      let offset = place * MemoryLayout<Value>.size
      return Int(Value(littleEndian: bytes.loadUnaligned(fromByteOffset: offset, as: type)))
    }
    return switch self {
    case .one: value(UInt8.self)
    case .two: value(UInt16.self)
    case .four: value(UInt32.self)
    }
  }

  /// Tokens as bytes.
  func bytes(of tokens: [Token]) -> [UInt8] {
    switch self {
    case .one: Self.bytes(of: tokens, as: UInt8.self)
    case .two: Self.bytes(of: tokens, as: UInt16.self)
    case .four: Self.bytes(of: tokens, as: UInt32.self)
    }
  }

  private static func bytes<Value: FixedWidthInteger>(
    of tokens: [Token], as type: Value.Type
  ) -> [UInt8] {
    let size = MemoryLayout<Value>.size
    return Array(unsafeUninitializedCapacity: tokens.count * size) { buffer, count in
      let bytes = UnsafeMutableRawBufferPointer(buffer)
      for (index, token) in tokens.enumerated() {
        bytes.storeBytes(
          of: Value(truncatingIfNeeded: token).littleEndian, toByteOffset: index * size,
          as: Value.self)
      }
      count = tokens.count * size
    }
  }
}
