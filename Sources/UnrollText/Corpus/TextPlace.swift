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
      lineStart = range.upperBound + (ending == .both ? 2 : 1)
    }
    column += String(decoding: utf8[lineStart...], as: UTF8.self).count
  }

  /// This place if the other one is where the text begins.
  func following(_ other: TextPlace) -> TextPlace {
    var place = self
    place.line = other.line + line - 1
    if line == 1 { place.column = other.column + column - 1 }
    return place
  }

  var description: String { "line \(line), column \(column)" }
}

extension Unicode.Scalar {
  /// The code point as the standard writes it: U+0041.
  var codePointName: String {
    let digits = String(value, radix: 16, uppercase: true)
    return "U+" + String(repeating: "0", count: max(0, 4 - digits.count)) + digits
  }
}
