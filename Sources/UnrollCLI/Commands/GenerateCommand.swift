import ArgumentParser
import Unroll
import UnrollModels

/// `unroll generate`.
struct GenerateCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "generate", abstract: "Write text that goes on from a prompt.")

  @Argument(help: "A model that `unroll train` wrote.")
  var model: String

  @Option(parsing: .unconditional, help: "The text to go on from.")
  var prompt: String

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
      guard count == 1 else {
        let texts = try model.generate(
          count: count, prompt: prompt, length: length, sampling: sampling.sampling, seed: seed,
          stop: stop)
        return try Console.data(texts.map { prompt + $0 + "\n" }.joined(separator: "\n"))
      }
      // Nothing is shown of a prompt that the model cannot read.
      var unshown = prompt
      try model.generate(
        prompt: prompt, length: length, sampling: sampling.sampling, seed: seed, stop: stop
      ) { text in
        try Console.data(unshown + text)
        unshown = ""
      }
      try Console.data(unshown + "\n")
    }
  }
}
