internal import UnrollFormats

/// A row of tokens in as few bytes as they need: in memory, or in a file that is read where it is
/// needed, so that a row can be larger than memory.
///
/// Parts of a row share its storage. Positions count from zero in each part.
public struct Tokens: Sendable {
  private let storage: Storage
  private let range: Range<Int>

  /// What the tokens of the whole row stand for; `nil` for tokens that were not made from texts.
  let extents: TokenExtents?

  private enum Storage: Sendable {
    case memory([UInt8], TokenWidth)
    case file(TokenFile)
  }

  /// Keeps tokens, none of which may be negative, in memory.
  public init(_ tokens: some Sequence<Token>) {
    let tokens = Array(tokens)
    guard tokens.allSatisfy({ $0 >= 0 }) else { fatalError("A token is negative.") }
    let width = TokenWidth(forTokensBelow: Int(tokens.max() ?? 0) + 1)
    self.init(bytes: width.bytes(of: tokens), width: width)
  }

  /// Takes over tokens in memory.
  init(bytes: [UInt8], width: TokenWidth, extents: TokenExtents? = nil) {
    self.init(.memory(bytes, width), 0..<bytes.count / width.rawValue, extents)
  }

  /// Takes over tokens in a file.
  init(_ file: TokenFile) {
    self.init(.file(file), 0..<file.count, file.extents)
  }

  private init(_ storage: Storage, _ range: Range<Int>, _ extents: TokenExtents?) {
    self.storage = storage
    self.range = range
    self.extents = extents
  }

  /// The number of tokens.
  public var count: Int { range.count }

  /// A part of the row.
  public subscript(part: Range<Int>) -> Tokens {
    guard part.lowerBound >= 0 && part.upperBound <= count else {
      fatalError("The part \(part) is not in a row of \(count) tokens.")
    }
    return Tokens(
      storage, range.lowerBound + part.lowerBound..<range.lowerBound + part.upperBound, extents)
  }

  /// The row that this is a part of.
  var wholeRow: Tokens {
    switch storage {
    case .memory(let bytes, let width):
      Tokens(storage, 0..<bytes.count / width.rawValue, extents)
    case .file(let file): Tokens(storage, 0..<file.count, extents)
    }
  }

  /// The places of these tokens in the whole row.
  var placesInRow: Range<Int> { range }

  /// The error for tokens that are not those that were written.
  var damaged: TextError {
    switch storage {
    case .memory: TextError(.damaged, "the tokens have been damaged in memory")
    case .file(let file): file.damaged
    }
  }

  /// All tokens, in memory.
  ///
  /// Throws `FileError` if a file cannot be read, and `TextError` if it has been damaged.
  public func array() throws -> [Token] {
    try Array(unsafeUninitializedCapacity: count) { buffer, count in
      try forEach(in: 0..<self.count) { place, token in
        buffer[place] = token
        count = place + 1
      }
    }
  }

  /// Gives the tokens of parts of at most `size` tokens to `body`, in order.
  ///
  /// Throws what `array()` and `body` throw.
  public func forEachBlock(of size: Int = 1 << 16, _ body: ([Token]) throws -> Void) throws {
    for start in stride(from: 0, to: count, by: size) {
      try body(self[start..<min(start + size, count)].array())
    }
  }

  /// Calls `body` with the place in a part of the row, and the token there, for all of the part.
  @inline(__always)
  func forEach(in part: Range<Int>, _ body: (_ place: Int, Token) -> Void) throws {
    guard part.lowerBound >= 0 && part.upperBound <= count else {
      fatalError("The part \(part) is not in a row of \(count) tokens.")
    }
    guard !part.isEmpty else { return }
    let start = range.lowerBound + part.lowerBound
    switch storage {
    case .memory(let bytes, let width):
      bytes.withUnsafeBytes { all in
        let first = start * width.rawValue
        Self.forEach(
          in: .init(rebasing: all[first..<first + part.count * width.rawValue]), width, body)
      }
    case .file(let file):
      try file.withBytes(of: start..<start + part.count) { Self.forEach(in: $0, file.width, body) }
    }
  }

  @inline(__always)
  private static func forEach(
    in bytes: UnsafeRawBufferPointer, _ width: TokenWidth, _ body: (Int, Token) -> Void
  ) {
    switch width {
    case .one: forEach(in: bytes, as: UInt8.self, body)
    case .two: forEach(in: bytes, as: UInt16.self, body)
    case .four: forEach(in: bytes, as: UInt32.self, body)
    }
  }

  @inline(__always)
  private static func forEach<Value: FixedWidthInteger & UnsignedInteger>(
    in bytes: UnsafeRawBufferPointer, as type: Value.Type, _ body: (Int, Token) -> Void
  ) {
    let size = MemoryLayout<Value>.size
    for place in 0..<bytes.count / size {
      let value = bytes.loadUnaligned(fromByteOffset: place * size, as: Value.self)
      body(place, Token(truncatingIfNeeded: Value(littleEndian: value)))
    }
  }
}

extension Tokens: ExpressibleByArrayLiteral {
  /// Keeps tokens, none of which may be negative, in memory.
  public init(arrayLiteral tokens: Token...) { self.init(tokens) }
}
