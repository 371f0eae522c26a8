import ArgumentParser
import Unroll
import UnrollFormats
import UnrollModels
import UnrollTerminal
import UnrollText

/// `unroll write`.
struct WriteCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "write", abstract: "Write one text together with a model, by turns.",
    discussion: """
      There is one growing text. What you type is put behind it, and the model goes on right there; an empty line lets it just \
      go on. What you typed is bold, so the screen is the text. /undo takes back, /again tries again, /next shows the likeliest \
      tokens, /set changes the temperature and the like, /save keeps the text; /help lists all. Ctrl-C stops the model.

      Through a pipe each line is read as if it had been typed, and what the model writes is a line of output, or with --json \
      an object with the keys text and ending. The status is 65 if a line was refused.
      """)

  @Argument(help: "A model that `unroll train` wrote.")
  var model: String

  @Option(help: ArgumentHelp("Begin with the text of this file.", valueName: "file"))
  var open: String?

  @Option(help: "How many tokens the model writes at once.")
  var length = WrittenDocument.Settings().length

  @Option(
    parsing: .unconditionalSingleValue,
    help: "The model stops before this text; can be given several times.")
  var stop: [String] = []

  @OptionGroup(title: "How each token is chosen") var sampling: SamplingOptions

  @Option(
    help:
      "What to do with typed text that the model has no token for (default: as in training)."
  )
  var unknown: UnknownPolicy?

  @Flag(help: "Read lines as through a pipe, without editing, on a terminal too.")
  var plain = false

  @Flag(help: "Print a JSON object for each text of the model, as through a pipe.")
  var json = false

  @Flag(help: "Neither read nor keep the lines of earlier sessions.")
  var noHistory = false

  @OptionGroup var threads: ThreadOptions

  func validate() throws {
    try require(length >= 0, "--length is 0 or more, not \(length)")
    try require(!stop.contains(""), "--stop needs a text")
  }

  func run() throws {
    try threads.run {
      let file = try ModelFile(contentsOf: model)
      let model: LanguageModel = try file.model()
      var settings = WrittenDocument.Settings()
      settings.sampling = try sampling.sampling(for: model.tokenizer)
      settings.seed = sampling.seed ?? 0
      settings.length = length
      settings.stop = stop
      settings.unknown = unknown
      // A large file takes a while to be described.
      let path = self.model
      let description = { try FileInformation(FileContents(opening: path), path: path).table }
      Interruption.watch()
      let isDone: Bool
      if RawTerminal.isPossible, !plain, !json {
        let history =
          noHistory
          ? nil : LineHistory.defaultPath(of: "unroll").map { LineHistory(contentsOf: $0) }
        var session = WritingSession(
          model, settings, description: description,
          at: TerminalWritingPlace(history: history ?? LineHistory()))
        isDone = try session.run(opening: open)
      } else {
        var session = WritingSession(
          model, settings, description: description, at: PlainWritingPlace(isJSON: json))
        isDone = try session.run(opening: open)
      }
      if !isDone { leave(with: 65) }
    }
  }
}
