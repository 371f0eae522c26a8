/// A place in a text as editors count it, from line 1 and column 1, columns in characters.
struct TextPlace: Sendable, CustomStringConvertible {
  private(set) var line = 1
  private(set) var column = 1

  /// The beginning.
  init() {}

  /// The place of an offset into valid UTF-8.
  init(in utf8: UnsafeBufferPointer<UInt8>, at offset: Int) {
    advance(over: UnsafeBufferPointer(rebasing: utf8[..<offset]))
  }

  /// Goes on to the end of valid UTF-8 that begins here.
  mutating func advance(over utf8: UnsafeBufferPointer<UInt8>) {
    var lineStart = 0
    LineSegmentation.forEachLine(in: utf8) { range, ending in
      guard ending != .none else { return }
      line += 1
      column = 1
      lineStart = range.upperBound + ending.byteCount
    }
    column += String(decoding: utf8[lineStart...], as: UTF8.self).count
  }

  var description: String { "line \(line), column \(column)" }
}
