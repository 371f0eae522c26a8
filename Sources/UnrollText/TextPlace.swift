/// A place in a text as editors count it, from line 1 and column 1, columns in characters.
struct TextPlace: CustomStringConvertible {
  let line: Int
  let column: Int

  /// The place of an offset into valid UTF-8 that begins at a line.
  init(in utf8: UnsafeBufferPointer<UInt8>, at offset: Int, firstLine: Int) {
    let before = UnsafeBufferPointer(rebasing: utf8[..<offset])
    var line = firstLine
    var lineStart = 0
    LineSegmentation.forEachLine(in: before) { range, ending in
      guard ending != .none else { return }
      line += 1
      lineStart = range.upperBound + (ending == .both ? 2 : 1)
    }
    self.line = line
    column = 1 + String(decoding: before[lineStart...], as: UTF8.self).count
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
