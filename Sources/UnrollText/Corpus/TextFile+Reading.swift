internal import UnrollFormats

extension TextFile {
  /// The whole text, exactly as it is: line ends, byte order mark and white space are data.
  ///
  /// Throws `FileError` if the file cannot be read or has changed, and `TextError` if it is no UTF-8
  /// text.
  public func text() throws -> String {
    let opened = try open()
    var invalid: (offset: Int, byte: UInt8)?
    let text = try String(unsafeUninitializedCapacity: byteCount) { buffer in
      let bytes = UnsafeMutableBufferPointer(rebasing: buffer[..<byteCount])
      try opened.read(at: 0, into: UnsafeMutableRawBufferPointer(bytes))
      try opened.checkUnchanged()
      if !isKnownToBeText,
        let offset = UTF8Text.firstOffsetOfNoText(in: UnsafeBufferPointer(bytes))
      {
        invalid = (offset, bytes[offset])
        return 0
      }
      return byteCount
    }
    if let invalid { throw noText(invalid.byte, at: invalid.offset) }
    return text
  }

  /// Why the beginning, of a file found in a folder, is that of no text; `nil` for text.
  var errorOfBeginning: TextError? {
    get throws {
      guard !isKnownToBeText else { return nil }
      let bytes = try open().bytes(in: 0..<min(byteCount, 1 << 16))
      guard let offset = bytes.withUnsafeBufferPointer({ UTF8Text.firstOffsetOfNoText(in: $0) })
      else { return nil }
      // The last character of the beginning may be cut.
      let rest = Array(bytes[offset...])
      guard bytes.count == byteCount || UTF8Text.incompleteSuffixCount(of: rest) != rest.count
      else { return nil }
      return noText(bytes[offset], at: offset)
    }
  }

  /// The error for a byte that is in no text.
  func noText(_ byte: UInt8, at offset: Int) -> TextError {
    // A window of whole units of UTF-16 and UTF-32 around the place.
    let start = max(0, offset - (1 << 15)) & ~3
    let sample = try? open().bytes(in: start..<min(byteCount, start + (1 << 16)))
    let beginning = try? open().bytes(in: 0..<min(byteCount, 1 << 16))
    let look = NoTextLook(of: sample ?? [], beginning: beginning ?? [])
    let number = String(byte, radix: 16, uppercase: true)
    return TextError(
      .notText,
      "\(name) is not UTF-8 text, with the byte 0x\(byte < 16 ? "0" : "")\(number) at offset "
        + "\(offset): \(look.sentence(about: path == Self.standardInput ? nil : path))")
  }
}
