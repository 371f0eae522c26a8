/// The number of bytes that each token of a row takes, little-endian.
enum TokenWidth: Int, Sendable {
  case one = 1
  case two = 2
  case four = 4

  /// The smallest width for tokens below a number.
  init(forTokensBelow count: Int) {
    self = count <= 1 << 8 ? .one : count <= 1 << 16 ? .two : .four
  }

  /// Appends tokens as bytes.
  func append(_ tokens: some Sequence<Token>, to bytes: inout [UInt8]) {
    switch self {
    case .one: bytes.append(contentsOf: tokens.lazy.map { UInt8(truncatingIfNeeded: $0) })
    case .two: Self.append(tokens, as: UInt16.self, to: &bytes)
    case .four: Self.append(tokens, as: UInt32.self, to: &bytes)
    }
  }

  private static func append<Value: FixedWidthInteger>(
    _ tokens: some Sequence<Token>, as type: Value.Type, to bytes: inout [UInt8]
  ) {
    for token in tokens {
      withUnsafeBytes(of: Value(truncatingIfNeeded: token).littleEndian) {
        bytes.append(contentsOf: $0)
      }
    }
  }
}
