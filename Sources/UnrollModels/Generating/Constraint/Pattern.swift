/// A regular expression that a whole text has to match.
///
/// It has literals, `.` (all but a line feed), classes `[a-z]` and `[^…]`, groups, `|`, `*`, `+`, `?`, `{n}`, `{n,}`, `{n,m}`,
/// and `\d \w \s \D \W \S` (ASCII, as in JavaScript), `\n \r \t \f \v \0 \xHH \uHHHH \u{…}`. `^` at the beginning and `$` at
/// the end say what holds anyway. Scalars are compared as they are spelled, case and all.
struct Pattern {
  /// A part of a pattern.
  indirect enum Node {
    /// One scalar of some ranges, which are in order and apart.
    case scalars([ClosedRange<UInt32>])
    case sequence([Node])
    case choice([Node])
    case repetition(Node, least: Int, most: Int?)
  }

  let root: Node

  /// - Throws: `ModelError` that names the place of what is no pattern.
  init(_ text: String) throws {
    var parser = PatternParser(text)
    root = try parser.parse()
  }
}

/// Sets of scalars as ranges in order.
extension [ClosedRange<UInt32>] {
  static let digits: Self = [0x30...0x39]
  static let wordScalars: Self = [0x30...0x39, 0x41...0x5A, 0x5F...0x5F, 0x61...0x7A]
  static let whiteSpace: Self = [0x09...0x0D, 0x20...0x20]
  static let allButLineFeed: Self = [0...0x09, 0x0B...0x10FFFF]

  /// The same scalars in ranges that are in order and apart.
  var merged: Self {
    var merged: Self = []
    for range in sorted(by: { $0.lowerBound < $1.lowerBound }) {
      if let last = merged.last, range.lowerBound <= last.upperBound &+ 1 {
        merged[merged.count - 1] = last.lowerBound...Swift.max(last.upperBound, range.upperBound)
      } else {
        merged.append(range)
      }
    }
    return merged
  }

  /// All scalars but these.
  var inverted: Self {
    var inverted: Self = []
    var next: UInt32 = 0
    for range in merged {
      if range.lowerBound > next { inverted.append(next...range.lowerBound - 1) }
      next = range.upperBound + 1
    }
    if next <= 0x10FFFF { inverted.append(next...0x10FFFF) }
    return inverted
  }
}
