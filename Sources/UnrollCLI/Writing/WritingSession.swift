import Unroll
import UnrollFormats
import UnrollModels
import UnrollTerminal
import UnrollText

/// A session of `unroll write`: one growing document, and a person and a model who write it by turns.
struct WritingSession<Place: WritingPlace> {
  private var place: Place
  private var document: WrittenDocument
  private var settings: WrittenDocument.Settings
  /// What `/info` shows.
  private let description: () throws -> String
  /// Where the text was opened or saved last.
  private var path: String?
  private var savedText = ""
  private var likeliest: [LikelyToken] = []
  private var hasRefused = false

  init(
    _ model: LanguageModel, _ settings: WrittenDocument.Settings,
    description: @escaping () throws -> String, at place: Place
  ) {
    document = WrittenDocument(model)
    self.settings = settings
    self.description = description
    self.place = place
  }

  private var isSaved: Bool { document.text == savedText }

  /// Reads and writes until the person leaves; whether all that was asked for was done.
  mutating func run(opening path: String?) throws -> Bool {
    defer { place.finish() }
    if let path {
      try open(path)
      try place.show(lines: [], before: document.parts)
    }
    var (line, hasWarned) = ("", false)
    while true {
      switch place.read(line) {
      case .stopped: leaveBySignal()
      case .interrupted: note("Ctrl-D or /quit leaves")
      case .ended: if leaves(&hasWarned) { return !hasRefused }
      case .entered(let entered):
        if Interruption.signalNumber != nil { leaveBySignal() }
        do {
          guard try take(entered) else {
            if leaves(&hasWarned) { return !hasRefused }
            continue
          }
          (line, hasWarned) = ("", false)
        } catch {
          guard exitStatus(of: error) != nil else { throw error }
          hasRefused = !place.isInteractive
          note("error: \(describe(error))")
          // What was typed can be corrected.
          line = entered
        }
        continue
      }
      line = ""
    }
  }

  /// Whether the person may leave: not at once with a text that is kept nowhere. A pipe keeps what was written.
  private mutating func leaves(_ hasWarned: inout Bool) -> Bool {
    guard place.isInteractive, !isSaved, !document.isEmpty, !hasWarned else { return true }
    hasWarned = true
    note("the text is kept nowhere: /save FILE keeps it; once more leaves")
    return false
  }

  private mutating func leaveBySignal() -> Never {
    place.finish()
    leave(with: 128 + (Interruption.signalNumber ?? 0))
  }

  /// Does what a line asks for; false to leave.
  private mutating func take(_ line: String) throws -> Bool {
    guard let command = try WritingCommand(line) else {
      try document.append(
        line.hasPrefix("//") ? String(line.dropFirst()) : line, unknown: settings.unknown)
      try write(again: false)
      return true
    }
    switch command {
    case .quit: return false
    case .undo: change { $0.undo() ? "taken back" : "there is nothing to take back" }
    case .redo: change { $0.redo() ? "put back" : "there is nothing to put back" }
    case .new:
      change {
        $0.clear()
        return "a new text; /undo brings the old one back"
      }
    case .again:
      try place.show(lines: [], before: document.parts.dropLast())
      try write(again: true)
    case .next(let count):
      likeliest = try document.next(count)
      try place.show(
        lines: NextTokens.lines(likeliest, document.model.tokenizer), before: document.parts)
    case .take(let number):
      guard likeliest.indices.contains(number - 1) else {
        throw Failure(
          status: 64, description: "/take takes a number that /next has shown, not \(number)")
      }
      let text = try document.append(likeliest[number - 1].token)
      likeliest = []
      try place.show(text)
      try place.end(text, .length)
    case .set(let name?, let value) where !value.isEmpty:
      try WritingSetting.set(name, to: value, in: &settings)
      note("\(name) is \(value)")
    case .set(let name, _):
      let lines = WritingSetting.lines(of: settings).filter { name.map($0.hasPrefix) ?? true }
      try place.show(lines: lines, before: document.parts)
    case .show: try place.show(lines: [document.text], before: document.parts)
    case .score: try place.show(lines: score(), before: document.parts)
    case .info:
      try place.show(
        lines: description().split(separator: "\n").map(String.init), before: document.parts)
    case .help: try place.show(lines: WritingCommand.helpLines, before: document.parts)
    case .save(let path): try save(to: path)
    case .open(let path):
      try open(path)
      note(
        "\(countText(document.text.count, "character")) of '\(path)'; /undo brings the old text back"
      )
    }
    return true
  }

  private mutating func change(_ body: (inout WrittenDocument) -> String) {
    let sentence = body(&document)
    likeliest = []
    note(sentence)
  }

  private mutating func note(_ sentence: String) { place.note(sentence, before: document.parts) }

  /// Lets the model write, until it ends or the person stops it.
  private mutating func write(again: Bool) throws {
    likeliest = []
    var (place, text) = (place, "")
    place.begin()
    let show = { (piece: TextPiece) in
      text += piece.text
      try place.show(piece.text)
    }
    var ending: TextEnding?
    do {
      let goesOn = { place.goesOn }
      ending =
        again
        ? try document.writeAgain(settings, onPiece: show, while: goesOn)
        : try document.goOn(settings, onPiece: show, while: goesOn)
    } catch {
      try place.end(text, nil)
      self.place = place
      throw error
    }
    try place.end(text, ending)
    self.place = place
    if let number = Interruption.signalNumber {
      if number != Interruption.interrupt || !place.isInteractive {
        leaveBySignal()
      }
      Interruption.watch()
    }
    if ending == .endOfDocument {
      note("the model ends the document here; Enter lets it try again, /new begins another")
    }
  }

  /// What `unroll score` says of such a text, but for the end of a document, which has not come.
  private func score() throws -> [String] {
    let tokenizer = document.model.tokenizer
    let corpus = Corpus([TextFile(path: "the text", text: document.text)])
    let reader = try settings.unknown.map { try tokenizer.following($0) } ?? tokenizer
    let isStream = [ReservedEntry.beginning, .end].allSatisfy {
      tokenizer.vocabulary.token(for: $0) == nil
    }
    let heldOut =
      isStream
      ? try HeldOutText(corpus.tokens(by: reader), tokenizer: reader)
      : try HeldOutText(Documents(corpus, by: .files, tokenizer: reader), tokenizer: reader)
    guard let scores = try heldOut.scores(of: document.model, likeliestCount: 3) else { return [] }
    let end = tokenizer.vocabulary.token(for: .end)
    let predicted = (0..<scores.count).map { scores[$0] }.filter {
      $0.bits != nil && $0.token != end
    }
    let bits = predicted.reduce(0) { $0 + ($1.bits ?? 0) }
    let count = heldOut.text.characterCount
    let mean = count == 0 ? "" : "\(decimalText(bits / Double(count), 4)) bits each, "
    let worst = predicted.indices.sorted {
      (predicted[$1].bits ?? 0, $0) < (predicted[$0].bits ?? 0, $1)
    }
    return [
      "\(countText(count, "predicted character")): \(mean)\(decimalText(bits, 1)) bits in all"
    ]
      + worst.prefix(3).map { TokenWords(predicted[$0], tokenizer).sentence }
  }

  // MARK: Files

  private mutating func open(_ path: String) throws {
    let text = try TextFile(reading: path).text()
    var next = document
    next.clear()
    try next.append(text, unknown: settings.unknown)
    (document, likeliest) = (next, [])
    (self.path, savedText) = (path, text)
  }

  private mutating func save(to path: String) throws {
    guard path == self.path || !Folder.hasEntry(path) else {
      throw Failure(
        status: 73,
        description: "'\(path)' is there already, and this text was not: give another name")
    }
    let text = document.text
    try DurableFile.write(to: path) { try $0.append(Array(text.utf8)) }
    (self.path, savedText) = (path, text)
    note("\(countText(text.utf8.count, "byte")) in '\(path)'")
  }
}
