extension JSONReader {
  /// Reads a string.
  package mutating func readString() throws -> String {
    try require("a string") { $0 == UInt8(ascii: "\"") }
    let start = offset
    offset += 1
    var unescaped: [UInt8] = []
    var run = offset
    while let byte = peek {
      switch byte {
      case UInt8(ascii: "\""):
        let last = bytes[run..<offset]
        let text =
          unescaped.isEmpty
          ? String(validating: last, as: UTF8.self)
          : String(validating: unescaped + last, as: UTF8.self)
        offset += 1
        // An escape is ASCII, so the bytes as they stand are wrong where the unescaped ones are.
        guard let text else { throw invalidUTF8(at: firstInvalidByte(from: start)) }
        return text
      case UInt8(ascii: "\\"):
        unescaped += bytes[run..<offset]
        unescaped.append(contentsOf: try readEscape().utf8)
        run = offset
      case 0..<0x20:
        throw JSONError(
          .syntax, byte: offset, "the control character \(byte) has to be escaped in a string")
      default:
        offset += 1
      }
    }
    throw JSONError(.unexpectedEnd, byte: start, "the string that begins here does not end")
  }

  private mutating func readEscape() throws -> String {
    let start = offset
    offset += 1
    guard let letter = peek else { throw unexpected(for: "an escaped character") }
    offset += 1
    switch letter {
    case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"):
      return String(Unicode.Scalar(letter))
    case UInt8(ascii: "b"): return "\u{8}"
    case UInt8(ascii: "f"): return "\u{C}"
    case UInt8(ascii: "n"): return "\n"
    case UInt8(ascii: "r"): return "\r"
    case UInt8(ascii: "t"): return "\t"
    case UInt8(ascii: "u"):
      let unit = try readHexadecimal()
      var units = [unit]
      if UTF16.isLeadSurrogate(unit), peek == UInt8(ascii: "\\") {
        offset += 1
        guard peek == UInt8(ascii: "u") else { break }
        offset += 1
        units.append(try readHexadecimal())
      }
      guard let text = String(validating: units, as: UTF16.self) else { break }
      return text
    default:
      throw JSONError(.invalidEscape, byte: start, "JSON has no such escape")
    }
    throw JSONError(.invalidEscape, byte: start, "half of a surrogate pair stands alone")
  }

  private mutating func readHexadecimal() throws -> UInt16 {
    var unit: UInt16 = 0
    for _ in 0..<4 {
      guard let byte = peek, let digit = Character(Unicode.Scalar(byte)).hexDigitValue else {
        throw unexpected(for: "four hexadecimal digits")
      }
      unit = unit << 4 | UInt16(digit)
      offset += 1
    }
    return unit
  }

  // MARK: UTF-8

  /// The number of bytes of the scalar at `offset`, or `nil` if it is not valid UTF-8.
  func scalarLength(at offset: Int) -> Int? {
    var parser = Unicode.UTF8.ForwardParser()
    var iterator = bytes[offset...].makeIterator()
    guard case .valid(let scalar) = parser.parseScalar(from: &iterator) else { return nil }
    return scalar.count
  }

  func invalidUTF8(at offset: Int) -> JSONError {
    JSONError(.invalidUTF8, byte: offset, "the bytes are not valid UTF-8")
  }

  private func firstInvalidByte(from start: Int) -> Int {
    var position = start
    while position < bytes.count, let length = scalarLength(at: position) { position += length }
    return position
  }
}
