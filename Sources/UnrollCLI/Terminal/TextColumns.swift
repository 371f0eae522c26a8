import UnrollTerminal

extension String {
  /// The text with spaces behind it, up to a number of columns.
  func padded(to width: Int) -> String {
    self + String(repeating: " ", count: max(0, width - count))
  }

  /// The text with spaces before it, up to a number of columns.
  func aligned(to width: Int) -> String {
    String(repeating: " ", count: max(0, width - count)) + self
  }

  /// The text with spaces behind it, up to a number of a terminal's columns.
  func filled(to width: Int) -> String {
    self + String(repeating: " ", count: max(0, width - columns))
  }

  /// The text, or as much of its beginning as fits into a terminal's columns, and an ellipsis.
  func cut(to width: Int) -> String {
    guard columns > width else { return self }
    var kept = ""
    var room = width - 1
    for character in self {
      room -= character.columns
      if room < 0 { break }
      kept.append(character)
    }
    return kept + "…"
  }

  /// The text in lines of at most `width` characters, cut between words where that is possible.
  func lines(width: Int) -> [String] {
    var lines: [String] = []
    var line = ""
    for word in split(separator: " ") {
      if !line.isEmpty, line.count + 1 + word.count > width {
        lines.append(line)
        line = ""
      }
      line += (line.isEmpty ? "" : " ") + word
      while line.count > width {
        lines.append(String(line.prefix(width)))
        line.removeFirst(width)
      }
    }
    return line.isEmpty ? lines : lines + [line]
  }
}
