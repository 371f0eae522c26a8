extension TextChunk {
  /// Gives the text of the chunk to `body`, as it is.
  ///
  /// Throws `TextError` if it is no text.
  func withText<Result>(
    of file: TextFile, _ body: (UnsafeBufferPointer<UInt8>) throws -> Result
  ) throws -> Result {
    try bytes.withUnsafeBufferPointer { all in
      let utf8 = UnsafeBufferPointer(rebasing: all[range])
      if !file.isKnownToBeText, let place = UTF8Text.firstOffsetOfNoText(in: utf8) {
        throw file.noText(utf8[place], at: offset + range.lowerBound + place)
      }
      return try body(utf8)
    }
  }
}
