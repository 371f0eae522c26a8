import Unroll

/// What a person asks for in `unroll write`, beside text.
enum WritingCommand: Hashable {
  case undo, redo, again, show, score, info, help, quit, new
  case next(Int)
  case take(Int)
  case set(name: String?, value: String)
  case save(String)
  case open(String)

  /// A command, what it takes, and what it does.
  static let table: [(name: String, argument: String, meaning: String)] = [
    ("undo", "", "take back what was written last"),
    ("redo", "", "put it there again"),
    ("again", "", "let the model write something else in place of its last text"),
    ("next", "[n]", "the n likeliest next tokens; /take i puts one behind the text"),
    ("take", "i", "put the i-th token of /next behind the text"),
    ("set", "[name [value]]", "show the settings, or change one"),
    ("show", "", "the whole text"),
    ("score", "", "bits for each character, and the most surprising places"),
    ("save", "file", "write the text to a file"),
    ("open", "file", "begin with the text of a file"),
    ("new", "", "begin with nothing"),
    ("info", "", "the model"),
    ("help", "", "this list"),
    ("quit", "", "leave; Ctrl-D too"),
  ]

  /// The command on a line; `nil` for text. Text that begins with a slash is typed with two.
  init?(_ line: String) throws {
    guard line.hasPrefix("/"), !line.hasPrefix("//") else { return nil }
    let words = line.dropFirst().split(separator: " ", maxSplits: 1).map(String.init)
    let (name, rest) = (words.first ?? "", words.count > 1 ? words[1] : "")
    func number(_ usual: Int?) throws -> Int {
      if rest.isEmpty, let usual { return usual }
      guard let number = Int(rest), number > 0 else {
        throw Failure(
          status: 64, description: "/\(name) takes a number of 1 or more, not '\(rest)'")
      }
      return number
    }
    func path() throws -> String {
      guard !rest.isEmpty else {
        throw Failure(status: 64, description: "/\(name) needs the name of a file")
      }
      return rest
    }
    switch name {
    case "next": self = .next(try number(10))
    case "take": self = .take(try number(nil))
    case "set":
      let parts = rest.split(separator: " ", maxSplits: 1).map(String.init)
      self = .set(name: parts.first, value: parts.count > 1 ? parts[1] : "")
    case "save": self = .save(try path())
    case "open": self = .open(try path())
    default:
      let plain: [String: WritingCommand] = [
        "undo": .undo, "redo": .redo, "again": .again, "show": .show, "score": .score,
        "info": .info,
        "help": .help, "quit": .quit, "new": .new,
      ]
      guard let command = plain[name] else {
        throw Failure(
          status: 64,
          description:
            "there is no command /\(name); /help lists them, and // begins a text with a slash")
      }
      guard rest.isEmpty else {
        throw Failure(status: 64, description: "/\(name) takes nothing behind it, not '\(rest)'")
      }
      self = command
    }
  }

  static var helpLines: [String] {
    let width = table.map { $0.name.count + $0.argument.count + 3 }.max() ?? 0
    return table.map { ("/\($0.name) \($0.argument)").padded(to: width) + " " + $0.meaning } + [
      "Enter puts what is typed behind the text, and the model goes on; an empty line lets it just go on.",
      "On a terminal, Alt-Enter makes a line end in the text; Ctrl-C stops the model, and keeps what it wrote.",
    ]
  }
}

extension WritingCommand {
  /// The commands and the names of settings that what was typed could become.
  static func completions(of text: String) -> [String] {
    let settings = "/set "
    if text.hasPrefix(settings) {
      let name = text.dropFirst(settings.count)
      return WritingSetting.all.map(\.name).filter { $0.hasPrefix(name) }
    }
    guard text.hasPrefix("/"), !text.contains(" ") else { return [] }
    return table.map { "/" + $0.name }.filter { $0.hasPrefix(text) }
  }
}
