/// Where documents end that lie one after the other in a row of tokens, in four bytes each as long as
/// the row is short enough for that.
struct DocumentEnds: Sendable {
  private var short: [UInt32] = []
  private var long: [UInt64] = []

  var count: Int { short.count + long.count }

  /// The number of bytes that each takes in a file.
  var width: Int { long.isEmpty ? 4 : 8 }

  mutating func append(_ end: Int) {
    if long.isEmpty, let end = UInt32(exactly: end) {
      short.append(end)
    } else {
      if long.isEmpty {
        long = short.map(UInt64.init)
        short = []
      }
      long.append(UInt64(end))
    }
  }

  /// The places of a document's tokens in the row.
  @inline(__always)
  func range(of document: Int) -> Range<Int> {
    if long.isEmpty {
      (document == 0 ? 0 : Int(short[document - 1]))..<Int(short[document])
    } else {
      (document == 0 ? 0 : Int(long[document - 1]))..<Int(long[document])
    }
  }

  /// Gives the bytes that a file has of this to `body`.
  func withBytes<Result>(_ body: (UnsafeRawBufferPointer) throws -> Result) rethrows -> Result {
    try long.isEmpty
      ? Self.withBytes(of: short, body) : Self.withBytes(of: long, body)
  }

  private static func withBytes<Value: FixedWidthInteger, Result>(
    of values: [Value], _ body: (UnsafeRawBufferPointer) throws -> Result
  ) rethrows -> Result {
    // On a little-endian machine this copies nothing.
    if Value(1).littleEndian == 1 { return try values.withUnsafeBytes(body) }
    return try values.map(\.littleEndian).withUnsafeBytes(body)
  }

  /// Nothing yet.
  init() {}

  /// Restores the bytes of a file; `nil` if they cannot be ends in a row of `tokenCount`.
  init?(bytes: UnsafeRawBufferPointer, width: Int, tokenCount: Int) {
    switch width {
    case 4:
      short = (0..<bytes.count / 4).map {
        UInt32(littleEndian: bytes.loadUnaligned(fromByteOffset: 4 * $0, as: UInt32.self))
      }
    case 8:
      long = (0..<bytes.count / 8).map {
        UInt64(littleEndian: bytes.loadUnaligned(fromByteOffset: 8 * $0, as: UInt64.self))
      }
    default: return nil
    }
    var last: UInt64 = 0
    for end in long.isEmpty ? short.lazy.map(UInt64.init).map({ $0 }) : long {
      guard end > last else { return nil }
      last = end
    }
    guard last == tokenCount else { return nil }
  }
}
