import ArgumentParser
import Unroll
import UnrollModels
import UnrollText

/// What a text goes on from.
struct PromptOptions: ParsableArguments {
  @Option(parsing: .unconditional, help: "The text to go on from, shown before what is written.")
  var prompt: String?

  @Option(help: "A file with the text to go on from, which is not shown; - for standard input.")
  var promptFile: String?

  @Option(
    help:
      "What to do with text of the prompt that the model has no token for (default: as in training)."
  )
  var unknown: UnknownPolicy?

  @Option(
    help: ArgumentHelp(
      "Go on with the text whose state is in this file; --prompt, if given, comes behind it.",
      valueName: "file"))
  var loadState: String?

  @Option(
    help: ArgumentHelp(
      "Keep where the text stands in this file, for --load-state.", valueName: "file"))
  var saveState: String?

  /// What is shown of the prompt.
  var shown: String { prompt ?? "" }

  func validate() throws {
    try require(
      prompt == nil || promptFile == nil,
      "--prompt and --prompt-file contradict each other: give one of them")
  }

  /// Puts the prompt and the state into a request.
  func apply(to request: inout GenerationRequest, for model: LanguageModel) throws {
    request.unknown = unknown
    request.state = try loadState.map { try TextState(contentsOf: $0, of: model) }
    request.prompt = .text(shown)
    guard let promptFile else { return }
    let file = try TextFile(reading: promptFile)
    guard file.byteCount > 0 else { return }
    // Tokens take less memory in a row than in an array, or are in a file.
    request.prompt = .tokens(
      try Self.naming {
        try Corpus([file]).tokens(
          by: unknown.map { try model.tokenizer.following($0) } ?? model.tokenizer)
      })
  }

  /// Errors about the prompt with the options that help.
  static func naming<Result>(_ body: () throws -> Result) throws -> Result {
    do {
      return try body()
    } catch let error as TextError {
      switch error.code {
      case .tooSmall:
        throw TextError(
          error.code,
          "there is nothing to go on from: give some text with --prompt or --prompt-file")
      case .unknownEntry:
        throw TextError(error.code, "\(error.message); --unknown skip leaves it out")
      case .invalidDescription:
        throw TextError(
          error.code,
          "the model has no token for unknown text: give --unknown error or --unknown skip")
      default: throw error
      }
    }
  }
}
