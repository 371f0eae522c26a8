/// What becomes of the ways in which lines end.
public enum LineEnds: String, CaseIterable, Hashable, Sendable {
  /// Line ends stay as they are.
  case kept
  /// A carriage return, and one with a line feed, become a line feed.
  case lineFeed

  /// Appends a text with its line ends changed, none of which it is cut in.
  static func appendUnified(
    _ utf8: UnsafeBufferPointer<UInt8>, to bytes: inout [UInt8]
  ) {
    var start = 0
    while let place = utf8[start...].firstIndex(of: UInt8(ascii: "\r")) {
      bytes.append(contentsOf: utf8[start..<place])
      bytes.append(UInt8(ascii: "\n"))
      start = place + 1
      if start < utf8.count, utf8[start] == UInt8(ascii: "\n") { start += 1 }
    }
    bytes.append(contentsOf: utf8[start...])
  }
}
