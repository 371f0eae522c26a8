/// Takes the instructions of a pickle and their operands from bytes (Python's `pickletools`, protocol 2).
struct PickleReader {
  let bytes: UnsafeRawBufferPointer
  /// Where the bytes are from, for messages: the file.
  let source: String
  /// The number of bytes read so far.
  private(set) var offset = 0

  init(_ bytes: UnsafeRawBufferPointer, source: String) {
    self.bytes = bytes
    self.source = source
  }

  /// A number of few bytes, the lowest first.
  mutating func number<Number: FixedWidthInteger & BitwiseCopyable>(
    _ type: Number.Type
  ) throws(PyTorchError) -> Number {
    try skip(MemoryLayout<Number>.size)
    return bytes.littleEndian(at: offset - MemoryLayout<Number>.size, type)
  }

  /// UTF-8 of a known length.
  mutating func string(byteCount: Int) throws(PyTorchError) -> String {
    let start = offset
    try skip(byteCount)
    guard let string = String(validating: bytes[start..<offset], as: UTF8.self) else {
      throw damaged("has text that is not UTF-8")
    }
    return string
  }

  /// Text up to the end of the line, which is taken too.
  mutating func line() throws(PyTorchError) -> String {
    guard let end = bytes[offset...].firstIndex(of: UInt8(ascii: "\n")) else {
      throw damaged("ends inside a name")
    }
    let line = try string(byteCount: end - offset)
    offset = end + 1
    return line
  }

  /// A whole number in two's complement of any length; `nil` if it needs more than 64 bits.
  mutating func longInteger(byteCount: Int) throws(PyTorchError) -> Int? {
    let start = offset
    try skip(byteCount)
    guard byteCount > 0 else { return 0 }
    guard byteCount <= 8 else { return nil }
    var value: UInt64 = bytes[offset - 1] & 0x80 == 0 ? 0 : .max
    for byte in bytes[start..<offset].reversed() { value = value << 8 | UInt64(byte) }
    return Int(truncatingIfNeeded: value)
  }

  /// Goes past bytes that have to be there.
  mutating func skip(_ count: Int) throws(PyTorchError) {
    guard count <= bytes.count - offset else { throw damaged("is cut off") }
    offset += count
  }

  /// Whether all bytes are read.
  var isAtEnd: Bool { offset == bytes.count }

  func damaged(_ reason: String) -> PyTorchError {
    error(.damagedPickle, reason, remedy: "copy or save the file again")
  }

  func error(_ code: PyTorchError.Code, _ reason: String, remedy: String) -> PyTorchError {
    PyTorchError(code, in: source, "has a pickle that \(reason) (before byte \(offset)); \(remedy)")
  }
}
