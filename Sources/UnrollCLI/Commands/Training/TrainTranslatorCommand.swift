import ArgumentParser
import Unroll
import UnrollModels
import UnrollRuns
import UnrollText

/// `unroll train-translator`.
struct TrainTranslatorCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "train-translator",
    abstract:
      "Train a model that writes the counterparts of texts: translations, answers, other spellings.",
    discussion: """
      DATA has a pair on each line: a text, a tab, and its counterpart. Quotation marks are text, and further columns are passed over. \
      With --source-column 2 --target-column 1 it learns the other direction.

      Pairs that share a text on one side stay together in the parts that are kept for validation and testing, so that no text of these was \
      seen, on neither side. BLEU, chrF and exact matches of the lines of progress are those of up to 500 of the kept pairs.

      One token for each character suits dates, numbers and names. For sentences, choose --tokens bpe --vocabulary-size 8000.
      """)

  @Argument(help: "A file of pairs of texts; - for standard input.")
  var data: String?

  @OptionGroup var options: RunOptions
  @OptionGroup(title: "Data") var pairs: PairOptions
  @OptionGroup(title: "Model") var model: ModelOptions

  @Option(help: "Read texts in both directions, or forwards only (default: true).")
  var bidirectional: Bool?

  @Option(
    help:
      "How what is written asks what was read: by a layer of its own, by a product with it, which is less work and learns slower, or not at all (default: additive)."
  )
  var attention: AttentionChoice?

  @OptionGroup(title: "Tokens") var tokens: TokenOptions

  @Option(help: "What a token of the counterparts is (default: what one of the texts is).")
  var targetTokens: TokenizerKind?

  @Option(
    help: "The largest number of distinct tokens of the counterparts (default: that of the texts).")
  var targetVocabularySize: Int?

  @OptionGroup(title: "Training") var optimizer: OptimizerOptions

  @Option(
    help: ArgumentHelp(
      "Let the model read its own guess instead of the right token this often at the end of the run, 0 to 1; the share grows evenly from 0 (default: 0).",
      valueName: "share"))
  var scheduledSampling: Float?

  @Option(
    help:
      "What decides which model is the best: loss, bleu or exactMatch on what is kept for validation (default: loss)."
  )
  var bestBy: TranslationFigure?

  @OptionGroup(title: "Checkpoints") var checkpoints: CheckpointOptions

  /// Replaces what was typed for the task alone.
  private func apply(to settings: inout RunSettings<TranslationSettings>) {
    take(data, into: &settings.task.data)
    pairs.apply(to: &settings.task)
    take(bidirectional, into: &settings.task.isBidirectional)
    take(attention, into: &settings.task.attention)
    take(targetTokens, into: &settings.task.targetTokens)
    take(targetVocabularySize, into: &settings.task.targetVocabularySize)
    take(scheduledSampling, into: &settings.task.scheduledSampling)
    take(bestBy, into: &settings.task.bestBy)
    tokens.apply(to: &settings.task.tokens)
  }

  private var arguments: RunArguments<TranslationTask> {
    RunArguments(
      command: Self._commandName, options: options, model: model, optimizer: optimizer,
      checkpoints: checkpoints, dataName: "<data>",
      hasData: { !$0.task.data.isEmpty }, applyOwn: apply)
  }

  func validate() throws { try arguments.validate() }

  func run() throws {
    try arguments.run { path in
      let initial: Translator = try ModelFile(contentsOf: path).model()
      return (TranslationTask.settings(beginningWith: initial), .weights(initial))
    }
  }
}
