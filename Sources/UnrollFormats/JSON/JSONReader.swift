/// Reads JSON (RFC 8259) from bytes piece by piece, in one pass and strictly.
///
/// It refuses what readers disagree about: a key twice in an object, bytes that are not UTF-8,
/// halves of surrogate pairs, and anything behind the value. Whatever the bytes are, it neither
/// traps nor takes more than linear time. The memory that it reads from has to outlive it.
package struct JSONReader {
  /// How many arrays and objects may be inside one another.
  package static let maximumDepth = 128

  let bytes: UnsafeBufferPointer<UInt8>
  /// The number of bytes read so far.
  package internal(set) var offset = 0
  private var depth = 0

  package init(_ bytes: UnsafeRawBufferPointer) {
    self.bytes = bytes.bindMemory(to: UInt8.self)
  }

  // MARK: Values

  /// Reads any value.
  package mutating func readValue() throws -> JSON {
    switch try nextByte(for: "a value") {
    case UInt8(ascii: "\""): return .string(try readString())
    case UInt8(ascii: "{"):
      var members: [JSON.Object.Member] = []
      try readObject { reader, key in
        members.append(JSON.Object.Member(key: key, value: try reader.readValue()))
      }
      return .object(JSON.Object(unchecked: members))
    case UInt8(ascii: "["):
      var elements: [JSON] = []
      try readArray { reader in elements.append(try reader.readValue()) }
      return .array(elements)
    case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"): return .number(try readNumber())
    case UInt8(ascii: "t"): return try readWord("true", .boolean(true))
    case UInt8(ascii: "f"): return try readWord("false", .boolean(false))
    case UInt8(ascii: "n"): return try readWord("null", .null)
    default: throw unexpected(for: "a value")
    }
  }

  /// Reads an object, calling `member` behind each key to read its value.
  package mutating func readObject(
    _ member: (inout JSONReader, _ key: String) throws -> Void
  ) throws {
    var keys = JSON.KeySet()
    try readList(of: "an object", from: "{", to: "}") { reader in
      guard try reader.nextByte(for: "a key") == UInt8(ascii: "\"") else {
        throw reader.unexpected(for: "a key")
      }
      let start = reader.offset
      let key = try reader.readString()
      guard keys.insert(key) else {
        throw JSONError(
          .duplicateKey, byte: start, "the key \(key.quotedForMessage) occurs twice in one object")
      }
      guard try reader.nextByte(for: "':'") == UInt8(ascii: ":") else {
        throw reader.unexpected(for: "':'")
      }
      reader.offset += 1
      try member(&reader, key)
    }
  }

  /// Reads an array, calling `element` to read each of its values.
  package mutating func readArray(_ element: (inout JSONReader) throws -> Void) throws {
    try readList(of: "an array", from: "[", to: "]", element)
  }

  /// Reads a whole number without a sign.
  package mutating func readUnsigned() throws -> UInt64 {
    try require("a number") { $0 == UInt8(ascii: "-") || $0.isDigit }
    let start = offset
    let number = try readNumber()
    guard let value = UInt64(number.text), !number.text.hasPrefix("-") else {
      throw JSONError(
        .numberOutOfRange, byte: start,
        "expected a whole number from 0 to \(UInt64.max), found \(number.text.quotedForMessage)")
    }
    return value
  }

  /// Makes sure that nothing but white space follows.
  package mutating func finish() throws {
    skipWhiteSpace()
    guard offset == bytes.count else {
      throw JSONError(.trailingBytes, byte: offset, "more bytes follow the end of the JSON value")
    }
  }

  // MARK: Pieces

  private mutating func readList(
    of kind: String, from open: Unicode.Scalar, to close: Unicode.Scalar,
    _ item: (inout JSONReader) throws -> Void
  ) throws {
    try require(kind) { $0 == UInt8(ascii: open) }
    guard depth < Self.maximumDepth else {
      throw JSONError(
        .tooDeep, byte: offset, "more than \(Self.maximumDepth) arrays and objects are nested")
    }
    depth += 1
    offset += 1
    if try nextByte(for: "'\(close)'") != UInt8(ascii: close) {
      while true {
        try item(&self)
        let byte = try nextByte(for: "',' or '\(close)'")
        if byte == UInt8(ascii: close) { break }
        guard byte == UInt8(ascii: ",") else { throw unexpected(for: "',' or '\(close)'") }
        offset += 1
      }
    }
    offset += 1
    depth -= 1
  }

  /// Reads a number in JSON's grammar: `-? (0 | [1-9][0-9]*) (. [0-9]+)? ([eE] [+-]? [0-9]+)?`.
  private mutating func readNumber() throws -> JSON.Number {
    let start = offset
    if peek == UInt8(ascii: "-") { offset += 1 }
    if peek == UInt8(ascii: "0") { offset += 1 } else { try skipDigits() }
    if peek == UInt8(ascii: ".") {
      offset += 1
      try skipDigits()
    }
    if peek == UInt8(ascii: "e") || peek == UInt8(ascii: "E") {
      offset += 1
      if peek == UInt8(ascii: "+") || peek == UInt8(ascii: "-") { offset += 1 }
      try skipDigits()
    }
    return JSON.Number(unchecked: String(decoding: bytes[start..<offset], as: UTF8.self))
  }

  private mutating func skipDigits() throws {
    guard let first = peek, first.isDigit else { throw unexpected(for: "a digit") }
    while let byte = peek, byte.isDigit { offset += 1 }
  }

  private mutating func readWord(_ word: String, _ value: JSON) throws -> JSON {
    for byte in word.utf8 {
      guard peek == byte else { throw unexpected(for: "'\(word)'") }
      offset += 1
    }
    return value
  }

  private mutating func skipWhiteSpace() {
    while let byte = peek, byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09 {
      offset += 1
    }
  }

  var peek: UInt8? { offset < bytes.count ? bytes[offset] : nil }

  /// The next byte that is not white space; it is not read yet.
  private mutating func nextByte(for expected: String) throws -> UInt8 {
    skipWhiteSpace()
    guard let byte = peek else { throw unexpected(for: expected) }
    return byte
  }

  /// Throws `wrongKind` unless the next value is of a kind whose first bytes satisfy `isFirst`.
  mutating func require(_ kind: String, _ isFirst: (UInt8) -> Bool) throws {
    let byte = try nextByte(for: kind)
    guard !isFirst(byte) else { return }
    let found =
      switch byte {
      case UInt8(ascii: "\""): "a string"
      case UInt8(ascii: "{"): "an object"
      case UInt8(ascii: "["): "an array"
      case UInt8(ascii: "t"), UInt8(ascii: "f"): "a boolean"
      case UInt8(ascii: "n"): "null"
      case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"): "a number"
      default: throw unexpected(for: kind)
      }
    throw JSONError(.wrongKind, byte: offset, "expected \(kind), found \(found)")
  }

  func unexpected(for expected: String) -> JSONError {
    guard let byte = peek else {
      return JSONError(.unexpectedEnd, byte: offset, "expected \(expected), found the end")
    }
    if byte >= 0x80, scalarLength(at: offset) == nil { return invalidUTF8(at: offset) }
    let found = 0x21...0x7E ~= byte ? "'\(Unicode.Scalar(byte))'" : "the byte \(byte)"
    return JSONError(.syntax, byte: offset, "expected \(expected), found \(found)")
  }
}

extension UInt8 {
  fileprivate var isDigit: Bool { UInt8(ascii: "0")...UInt8(ascii: "9") ~= self }
}
