import Unroll
import UnrollFormats
import UnrollModels
import UnrollTerminal

/// Where a session of `unroll write` shows the text, and what it says about it.
protocol WritingPlace {
  /// The next line that a person gives.
  ///
  /// - Parameter text: what is to be corrected.
  mutating func read(_ text: String) -> LineEditor.Outcome
  /// The model begins to write.
  mutating func begin()
  /// The model goes on.
  mutating func show(_ text: String) throws
  /// The model has ended.
  mutating func end(_ text: String, _ ending: TextEnding?) throws
  /// The session has ended.
  mutating func finish()
  /// Whether the model is to go on.
  var goesOn: Bool { get }
  /// Lines that were asked for.
  mutating func show(lines: [String], before parts: [WrittenDocument.Part]) throws
  /// A sentence about what happened.
  mutating func note(_ sentence: String, before parts: [WrittenDocument.Part])
  /// Whether a person sits there, who can be warned and may stop the model without leaving.
  var isInteractive: Bool { get }
}

/// Lines of a pipe, or of a terminal that cannot move its cursor: what the model writes goes to standard output.
struct PlainWritingPlace: WritingPlace {
  let isJSON: Bool
  let isInteractive = false

  mutating func read(_ text: String) -> LineEditor.Outcome {
    guard Interruption.signalNumber == nil else { return .stopped }
    guard let line = readLine() else { return Interruption.signalNumber == nil ? .ended : .stopped }
    return .entered(line)
  }

  mutating func begin() {}
  mutating func finish() {}

  mutating func show(_ text: String) throws { if !isJSON { try Console.text(text) } }

  mutating func end(_ text: String, _ ending: TextEnding?) throws {
    guard isJSON else { return try Console.text("\n") }
    let object: JSON = ["text": .string(text), "ending": .string(ending?.name ?? "interrupted")]
    try Console.text(object.text() + "\n", isJSON: true)
  }

  var goesOn: Bool { Interruption.signalNumber == nil }

  mutating func show(lines: [String], before parts: [WrittenDocument.Part]) throws {
    for line in lines { try Console.text(line + "\n") }
  }

  mutating func note(_ sentence: String, before parts: [WrittenDocument.Part]) {
    Console.message(sentence.showingControls)
  }
}

/// A terminal: the screen is the document, with what was typed in bold.
struct TerminalWritingPlace: WritingPlace {
  private var editor: LineEditor
  /// Where the cursor stands.
  private var column = 0

  init(history: LineHistory) {
    editor = LineEditor(history: history) { before in WritingCommand.completions(of: before) }
  }

  let isInteractive = true

  mutating func read(_ text: String) -> LineEditor.Outcome {
    let outcome = editor.read(
      text, startingAt: column, erases: { Self.isCommand($0) },
      shouldStop: { Interruption.signalNumber != nil })
    if case .entered(let line) = outcome, !Self.isCommand(line) { column = layout(line).end.column }
    return outcome
  }

  private static func isCommand(_ line: String) -> Bool {
    line.hasPrefix("/") && !line.hasPrefix("//")
  }

  private func layout(_ text: String) -> LineLayout {
    LineLayout(before: text, after: "", startingAt: column, width: RawTerminal.size.columns)
  }

  mutating func begin() {
    Interruption.watch()
    RawTerminal.set(.writing)
  }

  mutating func show(_ text: String) throws { write(text, isTyped: false) }

  mutating func end(_ text: String, _ ending: TextEnding?) throws {}

  mutating func finish() {
    beginRow()
    RawTerminal.set(.original)
  }

  var goesOn: Bool {
    if RawTerminal.isAskedToSuspend {
      RawTerminal.suspend()
      RawTerminal.set(.writing)
    }
    return Interruption.signalNumber == nil
  }

  mutating func show(lines: [String], before parts: [WrittenDocument.Part]) throws {
    beginRow()
    for line in lines {
      write(line, isTyped: false)
      beginRow()
    }
    showEnd(of: parts)
  }

  mutating func note(_ sentence: String, before parts: [WrittenDocument.Part]) {
    beginRow()
    RawTerminal.write("\u{1B}[2m")
    let lines = sentence.lines(width: max(1, RawTerminal.size.columns - 1))
    write(lines.joined(separator: "\n"), isTyped: false)
    RawTerminal.write("\u{1B}[0m")
    beginRow()
    showEnd(of: parts)
  }

  private mutating func beginRow() {
    if column > 0 { RawTerminal.write("\r\n") }
    column = 0
  }

  private mutating func write(_ text: String, isTyped: Bool) {
    let layout = layout(text)
    let shown = layout.rows.joined(separator: "\r\n")
    RawTerminal.write(isTyped ? "\u{1B}[1m\(shown)\u{1B}[0m" : shown)
    column = layout.end.column
  }

  /// Shows the last line of the text again, to go on behind it.
  private mutating func showEnd(of parts: [WrittenDocument.Part]) {
    var last: [(text: String, isTyped: Bool)] = []
    for part in parts.reversed() {
      let place = part.text.lastIndex(where: \.isNewline)
      let start = place.map { part.text.index(after: $0) } ?? part.text.startIndex
      last.append((String(part.text[start...]), !part.isGenerated))
      if place != nil { break }
    }
    for part in last.reversed() { write(part.text, isTyped: part.isTyped) }
  }
}
