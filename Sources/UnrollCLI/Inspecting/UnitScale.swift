/// How the numbers of a unit become steps of a scale, from their greatest size over a text.
struct UnitScale {
  private let greatest: Float

  init(_ values: [Float]) {
    greatest = values.reduce(0) { max($0, abs($1)) }
  }

  /// A number as one of −steps … steps.
  func level(of value: Float, steps: Int) -> Int {
    guard greatest > 0, value.isFinite else { return 0 }
    return Int((value / greatest * Float(steps)).rounded())
  }

  /// A number as a bar, the lowest for the most negative one.
  func bar(of value: Float) -> String {
    let bars = ["▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"]
    return bars[min(7, (level(of: value, steps: 100) + 100) * 8 / 201)]
  }
}

/// Colours of a terminal of 256 colours, or none.
struct UnitPaint {
  let isColoured: Bool

  /// A text on the colour of a number: blue below zero, orange above.
  func painted(_ text: String, _ value: Float, on scale: UnitScale) -> String {
    let level = scale.level(of: value, steps: 5)
    guard isColoured, level != 0 else { return text }
    let (background, foreground) = level < 0 ? Self.negative[-level - 1] : Self.positive[level - 1]
    return "\u{1B}[48;5;\(background);38;5;\(foreground)m\(text)\u{1B}[0m"
  }

  private static let negative = [(153, 16), (111, 16), (75, 16), (27, 231), (19, 231)]
  private static let positive = [(223, 16), (216, 16), (209, 16), (202, 16), (160, 231)]
}
