import ArgumentParser
import Unroll
import UnrollModels

/// `unroll generate`.
struct GenerateCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "generate", abstract: "Write text that goes on from a prompt.",
    discussion: """
      A model that was trained on documents needs no prompt: it then writes a whole document, and each document ends where \
      the model ends it.

      On a terminal, control characters that a model writes are shown as ^X; files and pipes get them as they are. Ctrl-C \
      ends the text where it is.
      """)

  @Argument(help: "A model that `unroll train` wrote.")
  var model: String

  @OptionGroup(title: "Where the text begins and is kept") var prompt: PromptOptions
  @OptionGroup(title: "What the text has to be") var limits: TextLimitOptions
  @OptionGroup(title: "How each token is chosen") var sampling: SamplingOptions
  @OptionGroup(title: "Which texts are shown, and how") var choice: TextChoiceOptions
  @OptionGroup var threads: ThreadOptions

  func validate() throws {
    try require(
      choice.count == 1 || !sampling.greedy || choice.beams != nil,
      "--greedy writes the same text each time: give it without --count")
    try require(
      choice.bestOf == nil || !sampling.greedy,
      "--greedy writes the same text each time: give it without --best-of")
    try require(
      choice.beams == nil || !(sampling.drawsInSomeWay || sampling.greedy),
      "--beams draws nothing: give it without --greedy, --temperature, --top-k, --top-p, --min-p and --typical"
    )
    try require(
      prompt.saveState == nil
        || (choice.count == 1 && choice.bestOf == nil && choice.beams == nil),
      "--save-state keeps one text: give it without --count, --best-of and --beams")
  }

  func run() throws {
    try threads.run {
      let file = try ModelFile(contentsOf: model)
      let model: LanguageModel = try file.model()
      let known = KnownTexts(model, file)
      var request = GenerationRequest(length: 0)
      request.sampling = try sampling.sampling(for: model.tokenizer)
      request.seed = sampling.seed
      request.likeliestCount = choice.likeliest
      try prompt.apply(to: &request, for: model)
      try limits.apply(to: &request, for: model, known)
      let novelty = try limits.novelty.map { try NoveltyReport(known.index(of: $0), model) }
      let job = GenerationJob(
        model: model, request: request, shown: prompt.shown, choice: choice, novelty: novelty,
        saveState: prompt.saveState)
      Interruption.watch()
      try PromptOptions.naming { try job.run() }
      if let number = Interruption.signalNumber { leave(with: 128 + number) }
    }
  }
}
