/// Prints several texts in their order, each as soon as it comes and all before it have ended.
///
/// Each has the prompt before it and a line end behind it. Once a text had several lines, an empty line keeps the texts apart.
struct TextPrinter {
  let shown: String
  let count: Int
  /// The text that is printed as it comes.
  private var current = 0
  /// What has come of later texts.
  private var waiting: [String]
  private var ended: Set<Int> = []
  private var hasSeveralLines = false

  init(shown: String, count: Int) {
    self.shown = shown
    self.count = count
    waiting = Array(repeating: "", count: count)
  }

  /// Shows the prompt of the first text.
  mutating func begin() throws {
    if count > 0 { try write(shown) }
  }

  /// Shows more of a text.
  mutating func show(_ text: String, of number: Int, isLast: Bool) throws {
    if number == current {
      try write(text)
    } else {
      waiting[number] += text
    }
    guard isLast else { return }
    ended.insert(number)
    while ended.remove(current) != nil {
      try endLine()
      current += 1
      guard current < count else { return }
      if hasSeveralLines { try Console.text("\n") }
      try write(shown + waiting[current])
      waiting[current] = ""
    }
  }

  /// Ends the text that is being printed, if it has not ended.
  mutating func end() throws {
    if current < count { try endLine() }
  }

  private func endLine() throws {
    try Console.text("\n")
  }

  private mutating func write(_ text: String) throws {
    guard !text.isEmpty else { return }
    hasSeveralLines = hasSeveralLines || text.contains(where: \.isNewline)
    try Console.text(text)
  }
}
