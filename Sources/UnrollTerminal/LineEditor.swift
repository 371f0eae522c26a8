/// Lets a person type on a terminal, with the keys of GNU readline, behind what stands in the last row already.
package struct LineEditor: Sendable {
  /// What came of it.
  package enum Outcome: Hashable, Sendable {
    case entered(String)
    /// Ctrl-C on nothing.
    case interrupted
    /// Ctrl-D on nothing, or nobody types any more.
    case ended
    /// A signal came that `shouldStop` wants to be obeyed.
    case stopped
  }

  /// Lines that were entered before.
  package var history: LineHistory
  private var decoder = KeyDecoder()
  /// Keys that were typed ahead.
  private var keys: [Key] = []
  /// The words that could stand for the last one of what is typed.
  private let completions: @Sendable (String) -> [String]

  /// - Parameters:
  ///   - history: what the arrows go through.
  ///   - completions: for what stands before the place, the words that its last one could become.
  package init(
    history: LineHistory = LineHistory(),
    completions: @escaping @Sendable (_ before: String) -> [String] = { _ in [] }
  ) {
    self.history = history
    self.completions = completions
  }

  /// Reads what a person types and enters, and leaves it on the screen with the cursor behind it. The terminal stays as it is for
  /// typing: `RawTerminal.set(.original)` gives it back.
  ///
  /// - Parameters:
  ///   - text: what is there to be changed.
  ///   - column: where the cursor stands, from 0.
  ///   - erases: whether what was entered goes off the screen.
  ///   - shouldStop: is asked after each signal.
  package mutating func read(
    _ text: String = "", startingAt column: Int, erases: (String) -> Bool = { _ in false },
    shouldStop: () -> Bool = { false }
  ) -> Outcome {
    RawTerminal.set(.typing)
    var line = EditedLine(text, history: history.lines, column: column)
    while true {
      while !keys.isEmpty {
        switch line.take(keys.removeFirst(), completions: completions) {
        case .goesOn: continue
        case .entered:
          if erases(line.text) { line.erase() } else { line.drawFinished() }
          history.add(line.text)
          return .entered(line.text)
        case .interrupted:
          line.draw()
          return .interrupted
        case .ended:
          line.draw()
          return .ended
        case .suspended:
          RawTerminal.suspend()
          RawTerminal.set(.typing)
          line.forgetScreen()
        }
      }
      // Once for all keys that came together.
      line.draw()
      waiting: while true {
        // A signal that comes just before is not noticed by waiting for keys.
        switch RawTerminal.read(timeout: decoder.isWaiting ? 50 : 250) {
        case .bytes(let bytes):
          keys = decoder.decode(bytes)
          break waiting
        case .silence:
          if shouldStop() { return .stopped }
          keys = decoder.flush()
          if !keys.isEmpty { break waiting }
        case .signal:
          if shouldStop() { return .stopped }
          break waiting
        case .end: return .ended
        }
      }
    }
  }
}

/// What is being typed, with its place in the history and on the screen.
struct EditedLine {
  enum Effect { case goesOn, entered, interrupted, ended, suspended }

  private var buffer: LineBuffer
  private let history: [String]
  /// Which line of the history is shown; as many as there are for what is being typed.
  private var place: Int
  private var typed = ""
  private var search: Search?
  private var column: Int
  /// The row of the cursor below that in which the text begins, as it was drawn last.
  private var cursorRow = 0

  private struct Search {
    var wanted = ""
    var place: Int
    let before: LineBuffer
  }

  var text: String { buffer.text }

  init(_ text: String, history: [String], column: Int) {
    buffer = LineBuffer(text)
    self.history = history
    self.column = column
    place = history.count
  }

  // MARK: Keys

  mutating func take(_ key: Key, completions: (String) -> [String]) -> Effect {
    if search != nil, takeSearch(key) { return .goesOn }
    switch key {
    case .enter: return .entered
    case .interrupt:
      guard !buffer.isEmpty else { return .interrupted }
      buffer.replace(with: "")
    case .deleteOrEnd:
      if buffer.isEmpty { return .ended }
      buffer.deleteForward()
    case .suspend: return .suspended
    case .tab: complete(completions(buffer.before))
    case .search: search = Search(place: history.count, before: buffer)
    case .clearScreen:
      RawTerminal.write("\u{1B}[H\u{1B}[2J")
      (cursorRow, column) = (0, 0)
    case .up: if !buffer.moveUp() { show(place - 1) }
    case .down: if !buffer.moveDown() { show(place + 1) }
    default: edit(key)
    }
    return .goesOn
  }

  /// The keys that change nothing but the text and the place in it.
  private mutating func edit(_ key: Key) {
    switch key {
    case .text(let text), .paste(let text): buffer.insert(text)
    case .newline: buffer.insert("\n")
    case .backspace: buffer.deleteBack()
    case .delete: buffer.deleteForward()
    case .left: buffer.moveLeft()
    case .right: buffer.moveRight()
    case .home: buffer.moveToLineStart()
    case .end: buffer.moveToLineEnd()
    case .wordLeft: buffer.moveToWordStart()
    case .wordRight: buffer.moveToWordEnd()
    case .killToEnd: buffer.killToLineEnd()
    case .killToStart: buffer.killToLineStart()
    case .killWordBack: buffer.killWordBack()
    case .killWordForward: buffer.killWordForward()
    case .yank: buffer.yank()
    case .transpose: buffer.transpose()
    case .undo: buffer.undo()
    default: break
    }
  }

  private mutating func show(_ number: Int) {
    guard (0...history.count).contains(number) else { return }
    if place == history.count { typed = buffer.text }
    place = number
    buffer.replace(with: number == history.count ? typed : history[number])
  }

  /// Puts in what all completions of the last word have in common.
  private mutating func complete(_ words: [String]) {
    guard var common = words.first else { return }
    for word in words.dropFirst() {
      common = String(zip(common, word).prefix { $0 == $1 }.map(\.0))
    }
    let start = buffer.before.lastIndex(of: " ").map { buffer.before.index(after: $0) }
    let known = buffer.before[(start ?? buffer.before.startIndex)...]
    guard common.hasPrefix(known) else { return }
    let rest = String(common.dropFirst(known.count)) + (words.count == 1 ? " " : "")
    if !rest.isEmpty { buffer.insert(rest) }
  }

  // MARK: Searching

  /// A key while earlier lines are searched; false if it ends the search and has its usual effect.
  private mutating func takeSearch(_ key: Key) -> Bool {
    guard var search else { return false }
    switch key {
    case .text(let text): search.wanted += text
    case .backspace: search.wanted = String(search.wanted.dropLast())
    case .search: search.place -= 1
    case .interrupt, .escape:
      buffer = search.before
      self.search = nil
      return true
    default:
      self.search = nil
      return false
    }
    if key != .search { search.place = history.count }
    let end = min(max(0, search.place + (key == .search ? 1 : 0)), history.count)
    if let found = history[..<end].lastIndex(where: { $0.contains(search.wanted) }),
      !search.wanted.isEmpty
    {
      search.place = found
      buffer.replace(with: history[found])
      place = found
    }
    self.search = search
    return true
  }

  // MARK: Drawing

  /// Draws the text with the cursor in it; of a text with more rows than the terminal, those around the cursor.
  mutating func draw() {
    let size = RawTerminal.size
    let layout = LineLayout(
      before: buffer.before, after: buffer.after, startingAt: column, width: size.columns)
    let height = size.rows - (search == nil ? 0 : 1)
    let window = Self.window(of: layout, height: max(1, height))
    var output = start(of: window, layout) + Self.styled(layout.rows[window])
    var lastRow = window.upperBound - 1
    if let search {
      output += "\r\n\u{1B}[2m" + "search: \(search.wanted)".suffix(size.columns - 1) + "\u{1B}[0m"
      lastRow += 1
    }
    if lastRow > layout.cursor.row { output += "\u{1B}[\(lastRow - layout.cursor.row)A" }
    output += "\r" + (layout.cursor.column > 0 ? "\u{1B}[\(layout.cursor.column)C" : "")
    RawTerminal.write(output)
    cursorRow = layout.cursor.row - window.lowerBound
  }

  /// Draws the whole text as it stays, with the cursor behind it.
  mutating func drawFinished() {
    search = nil
    buffer.moveToEnd()
    let layout = LineLayout(
      before: buffer.text, after: "", startingAt: column, width: RawTerminal.size.columns)
    RawTerminal.write(start(of: 0..<layout.rows.count, layout) + Self.styled(layout.rows[...]))
    cursorRow = layout.cursor.row
  }

  /// Takes the text off the screen, with the cursor where it began.
  mutating func erase() {
    let layout = LineLayout(
      before: "", after: "", startingAt: column, width: RawTerminal.size.columns)
    RawTerminal.write(start(of: 0..<1, layout))
    cursorRow = 0
  }

  /// Begins in a row of its own, as somebody else has written.
  mutating func forgetScreen() { (cursorRow, column) = (0, 0) }

  /// To where the text begins, with nothing behind it.
  private func start(of window: Range<Int>, _ layout: LineLayout) -> String {
    let column = window.lowerBound == 0 ? min(self.column, RawTerminal.size.columns - 1) : 0
    return (cursorRow > 0 ? "\u{1B}[\(cursorRow)A" : "") + "\r"
      + (column > 0 ? "\u{1B}[\(column)C" : "") + "\u{1B}[J"
  }

  /// As many rows as the terminal has, with that of the cursor among them.
  private static func window(of layout: LineLayout, height: Int) -> Range<Int> {
    let count = layout.rows.count
    let first = count <= height ? 0 : min(max(0, layout.cursor.row - height / 2), count - height)
    return first..<min(count, first + height)
  }

  /// Typed text is bold.
  private static func styled(_ rows: ArraySlice<String>) -> String {
    "\u{1B}[1m" + rows.joined(separator: "\r\n") + "\u{1B}[0m"
  }
}
