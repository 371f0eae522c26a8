import ArgumentParser
import Unroll
import UnrollModels
import UnrollRuns
import UnrollText

/// `unroll train`.
struct TrainCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "train", abstract: "Train a model on text.",
    discussion: """
      The text is read as one stream: the recurrent state is carried from window to window, and reset at each epoch.
      With --documents, each line or file begins anew, and the model learns where it ends.
      Sizes that are not given are chosen by the size of the text: about a parameter for each token, within what a processor can train; a short text is read more often, and in smaller batches.
      Ctrl-C ends the run after the current step and writes the model so far; with --checkpoint, the run can go on later.
      """)

  @Argument(help: "Text files or directories of them; - for standard input.")
  var corpus: [String] = []

  @OptionGroup var options: RunOptions

  @OptionGroup(title: "Text") var reading: CorpusOptions

  @Option(
    help:
      "Read everything as one stream, or each line or file as a text of its own, which the model also learns to end (default: stream)."
  )
  var documents: DocumentsChoice?

  @OptionGroup(title: "Model") var model: ModelOptions

  @Flag(help: "Use the embedding's vectors for the output too (needs equal sizes).")
  var tieWeights = false

  @OptionGroup(title: "Tokens") var tokens: TokenOptions
  @OptionGroup(title: "Training") var optimizer: OptimizerOptions
  @OptionGroup(title: "Checkpoints") var checkpoints: CheckpointOptions

  /// Replaces what was typed for the task alone.
  private func apply(to settings: inout RunSettings<LanguageSettings>) {
    if !corpus.isEmpty { settings.task.texts = corpus }
    reading.apply(to: &settings.task)
    take(documents, into: &settings.task.documents)
    tokens.apply(to: &settings.task.tokens)
    if tieWeights { settings.model.tieWeights = true }
  }

  private var arguments: RunArguments<LanguageTask> {
    RunArguments(
      command: Self._commandName, options: options, model: model, optimizer: optimizer,
      checkpoints: checkpoints,
      dataName: "<corpus> ...",
      hasData: { !$0.task.texts.isEmpty }, applyOwn: apply)
  }

  func validate() throws { try arguments.validate() }

  func run() throws {
    try arguments.run { path in
      let file = try ModelFile(contentsOf: path)
      let initial: LanguageModel = try file.model()
      return (
        LanguageTask.settings(beginningWith: initial, trained: file.training), .weights(initial)
      )
    }
  }
}
