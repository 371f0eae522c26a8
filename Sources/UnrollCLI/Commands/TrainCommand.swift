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
  @OptionGroup(title: "Tokens") var tokens: TokenOptions
  @OptionGroup(title: "Training") var optimizer: OptimizerOptions
  @OptionGroup(title: "Checkpoints") var checkpoints: CheckpointOptions

  /// Replaces what was typed.
  private func apply(to settings: inout RunSettings<LanguageSettings>) {
    if !corpus.isEmpty { settings.task.texts = corpus }
    reading.apply(to: &settings.task)
    take(documents, into: &settings.task.documents)
    tokens.apply(to: &settings.task)
    model.apply(to: &settings.model, &settings.sizes)
    options.apply(to: &settings)
    optimizer.apply(to: &settings)
    checkpoints.apply(to: &settings.outputs)
  }

  /// Settings of a new run: the defaults, those of a file, and what was typed.
  private func settings(
    over base: RunSettings<LanguageSettings>
  ) throws -> RunSettings<LanguageSettings> {
    var settings = base
    if let path = options.settings { try settings.take(file: path) }
    apply(to: &settings)
    return settings
  }

  func validate() throws {
    guard checkpoints.resume == nil else { return }
    try refusingUsage {
      let settings = try settings(over: RunSettings())
      try require(!settings.task.texts.isEmpty, "Missing expected argument '<corpus> ...'")
      try require(!settings.outputs.output.isEmpty, "Missing expected argument '--output <output>'")
      // What the model of --init-from says is not known yet.
      if checkpoints.initFrom == nil { try settings.validate() }
    }
  }

  func run() throws {
    let session = RunSession(isQuiet: options.quiet, isJSON: options.json)
    if let folder = checkpoints.resume {
      try session.resume(LanguageTask.self, in: folder) {
        settings in
        if let path = options.settings { try settings.take(file: path) }
        apply(to: &settings)
      }
    } else if let path = checkpoints.initFrom {
      let file = try ModelFile(contentsOf: path)
      let initial: LanguageModel = try file.model()
      let base = LanguageTask.settings(beginningWith: initial, trained: file.training)
      try session.train(LanguageTask.self, settings(over: base), from: .weights(initial))
    } else {
      let base = RunSettings<LanguageSettings>()
      try session.train(LanguageTask.self, settings(over: base), from: .initialValues)
    }
  }
}
