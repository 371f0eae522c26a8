import ArgumentParser
import Unroll
import UnrollModels
import UnrollText

/// `unroll generate`.
struct GenerateCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "generate", abstract: "Write text that goes on from a prompt.",
    discussion: """
      A model that was trained on documents needs no prompt: it then writes a whole document, and each document ends where \
      the model ends it.
      """)

  @Argument(help: "A model that `unroll train` wrote.")
  var model: String

  @Option(parsing: .unconditional, help: "The text to go on from, shown before what is written.")
  var prompt: String?

  @Option(help: "A file with the text to go on from, which is not shown; - for standard input.")
  var promptFile: String?

  @Option(
    help:
      "What to do with text of the prompt that the model has no token for (default: as in training)."
  )
  var unknown: UnknownPolicy?

  @Option(help: "How many tokens to write after the prompt.")
  var length = 500

  @OptionGroup var sampling: SamplingOptions

  @Option(parsing: .unconditional, help: "End before this text comes up.")
  var stop: String?

  @Option(help: "How many texts to write. Several are written at once and shown at the end.")
  var count = 1

  @Option(help: "The same seed gives the same text.")
  var seed: UInt64 = 0

  @OptionGroup var threads: ThreadOptions

  func validate() throws {
    try require(
      prompt == nil || promptFile == nil,
      "--prompt and --prompt-file contradict each other: give one of them")
    try require(length >= 0, "--length is 0 or more, not \(length)")
    try require((1...10_000).contains(count), "--count is 1 to 10000, not \(count)")
    try require(stop != "", "--stop needs a text")
    try require(
      count == 1 || !sampling.greedy,
      "--greedy writes the same text each time: give it without --count")
  }

  func run() throws {
    try threads.run {
      let model = try LanguageModel(contentsOf: model)
      let given = try prompt ?? promptFile.map { try TextFile(reading: $0).text() } ?? ""
      let shown = prompt ?? ""
      guard count == 1 else {
        let texts = try model.generate(
          count: count, prompt: given, unknown: unknown, length: length,
          sampling: sampling.sampling, seed: seed, stop: stop)
        // Texts of several lines are kept apart by an empty one.
        let separator = texts.contains { ($0 + shown).contains(where: \.isNewline) } ? "\n" : ""
        return try Console.data(texts.map { shown + $0 + "\n" }.joined(separator: separator))
      }
      // Nothing is shown of a prompt that the model cannot read.
      var unshown = shown
      try model.generate(
        prompt: given, unknown: unknown, length: length, sampling: sampling.sampling, seed: seed,
        stop: stop
      ) { text in
        try Console.data(unshown + text)
        unshown = ""
      }
      try Console.data(unshown + "\n")
    }
  }
}
