/// A text and where it came from.
public struct TextFile: Sendable {
  /// The path, or another name that messages call the text by.
  public let path: String

  /// The text, exactly as it was: line ends, byte order mark and white space are data.
  public let text: String

  /// Creates a text that is already in memory.
  public init(path: String, text: String) {
    self.path = path
    self.text = text
  }

  /// Creates a text from the bytes of a file.
  ///
  /// Throws `TextError` naming the offset of the first byte that is not UTF-8.
  public init(path: String, utf8 bytes: [UInt8]) throws {
    if let offset = bytes.withUnsafeBufferPointer({ UTF8Text.firstInvalidOffset(in: $0) }) {
      let byte = String(bytes[offset], radix: 16, uppercase: true)
      throw TextError(
        .invalidUTF8,
        "\(path) is not UTF-8 text: the byte 0x\(byte) at offset \(offset) belongs to no "
          + "character; convert the file, for example with iconv -t UTF-8.")
    }
    self.init(path: path, text: String(decoding: bytes, as: UTF8.self))
  }

  /// Reads a file; the path `-` is standard input.
  ///
  /// Throws `TextError` if there is no such file, it cannot be read, or it is not UTF-8.
  public init(reading path: String) throws {
    let source = path == "-" ? "Standard input" : path
    try self.init(path: source, utf8: FileReading.bytes(ofFileAt: path))
  }
}
