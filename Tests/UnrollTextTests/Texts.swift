import UnrollTestSupport
import UnrollText

/// Texts that are easy to get wrong, and random ones.
enum Texts {
  static let difficult = [
    "e\u{301} \u{E9} are two entries", "a\r\nb\rc\nd\r\n\r\n", "\u{FEFF}mark\0\u{7F}",
    "👨‍👩‍👧‍👦👍🏽🇩🇪🇫🇷🇩 ❤️", "नमस्ते क्षि", "שָׁלוֹם مَرْحَبًا", "ก็ที่ ำ", "한국어 각\u{11A8}",
    "\u{301}\u{200D}starts with marks", "吾輩は猫である。が\u{3099}", "Z͑ͫ̓ͪ̂ͫ̽͏̴̙̤", "\u{10FFFF}\u{E000}\u{2028}",
  ]

  /// Text of scalars drawn from the ranges that interact, and from all of Unicode.
  static func random(count: Int, using generator: inout SeededGenerator) -> String {
    let ranges: [ClosedRange<UInt32>] = [
      0x00...0x7F, 0x0A...0x0D, 0x80...0x24F, 0x300...0x36F, 0x400...0x4FF, 0x590...0x6FF,
      0x900...0x97F, 0xE00...0xE7F, 0x1100...0x11FF, 0x2000...0x20FF, 0x3000...0x30FF,
      0x4E00...0x4E20, 0xAC00...0xAC40, 0x1F1E6...0x1F1FF, 0x1F3FB...0x1F469, 0xFE00...0xFE0F,
      0x0...0x10FFFF,
    ]
    var text = String.UnicodeScalarView()
    while text.count < count {
      let range = ranges[Int.random(in: ranges.indices, using: &generator)]
      if let scalar = Unicode.Scalar(UInt32.random(in: range, using: &generator)) {
        text.append(scalar)
      }
    }
    return String(text)
  }
}

extension String {
  /// Whether two strings are the same bytes; `==` takes canonically equivalent ones for equal.
  func isIdentical(to other: String) -> Bool { utf8.elementsEqual(other.utf8) }
}
