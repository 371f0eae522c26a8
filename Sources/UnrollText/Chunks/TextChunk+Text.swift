extension TextChunk {
  /// Gives the text of the chunk to `body`: without a byte order mark and with other line ends, where
  /// the options ask for that, but not prepared yet.
  ///
  /// Throws `TextError` if it is not UTF-8.
  func withText<Result>(
    of file: TextFile, _ options: Corpus.Options,
    _ body: (UnsafeBufferPointer<UInt8>) throws -> Result
  ) throws -> Result {
    try bytes.withUnsafeBufferPointer { all in
      var utf8 = UnsafeBufferPointer(rebasing: all[range])
      if let place = UTF8Text.firstInvalidOffset(in: utf8) {
        throw file.invalidUTF8(utf8[place], at: offset + range.lowerBound + place)
      }
      if options.removesByteOrderMark, offset == 0, utf8.starts(with: [0xEF, 0xBB, 0xBF]) {
        utf8 = UnsafeBufferPointer(rebasing: utf8[3...])
      }
      guard options.lineEnds == .lineFeed, utf8.contains(UInt8(ascii: "\r")) else {
        return try body(utf8)
      }
      var unified: [UInt8] = []
      unified.reserveCapacity(utf8.count)
      LineEnds.appendUnified(utf8, to: &unified)
      return try unified.withUnsafeBufferPointer(body)
    }
  }
}
