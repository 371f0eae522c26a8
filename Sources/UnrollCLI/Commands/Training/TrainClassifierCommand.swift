import ArgumentParser
import Unroll
import UnrollModels
import UnrollRuns

/// `unroll train-classifier`.
struct TrainClassifierCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "train-classifier", abstract: "Train a model that tells the classes of texts.",
    discussion: """
      DATA has labels and texts: a .tsv file with a label, a tab and a text on each line; a .csv file; a .jsonl file with \
      {"label": …, "text": …} on each line; or a folder with a file for each label, LABEL.txt, in which each line is a text.
      A table without a header has two columns, the label first. In a table, a column that begins with a quotation mark ends with \
      one, and may have separators and line ends.

      Of each label, its share is kept for validation, and with --test-fraction for testing, drawn by the seed.
      With --init-from a language model, its embedding and layers are tuned further; with a classifier, all of its weights.
      """)

  @Argument(help: "A file or folder of labelled texts; - for standard input.")
  var data: String?

  @OptionGroup var options: RunOptions
  @OptionGroup(title: "Data") var layout: LabelledDataOptions
  @OptionGroup(title: "Model") var model: ModelOptions

  @Option(
    help: "Read texts in both directions, or forwards only (default: true).")
  var bidirectional: Bool?

  @Option(
    help:
      "Make one vector of a text: its last state, or the mean, the maximum or an attention over its steps (default: last)."
  )
  var pooling: Classifier.Pooling?

  @OptionGroup(title: "Tokens") var tokens: TokenOptions
  @OptionGroup(title: "Training") var optimizer: OptimizerOptions

  @Option(
    help:
      "Let examples count equally, or the more the rarer their class, so that each class counts as much as any other (default: equal)."
  )
  var classWeights: ClassWeightsChoice?

  @Option(
    help:
      "What decides which model is the best: accuracy, macroF1 or loss on what is kept for validation (default: accuracy)."
  )
  var bestBy: ClassificationFigure?

  @OptionGroup(title: "Checkpoints") var checkpoints: CheckpointOptions

  /// Replaces what was typed for the task alone.
  private func apply(to settings: inout RunSettings<ClassificationSettings>) {
    take(data, into: &settings.task.data)
    layout.apply(to: &settings.task)
    take(bidirectional, into: &settings.task.isBidirectional)
    take(pooling, into: &settings.task.pooling)
    take(classWeights, into: &settings.task.classWeights)
    take(bestBy, into: &settings.task.bestBy)
    tokens.apply(to: &settings.task.tokens)
  }

  private var arguments: RunArguments<ClassificationTask> {
    RunArguments(
      command: Self._commandName, options: options, model: model, optimizer: optimizer,
      checkpoints: checkpoints, dataName: "<data>",
      hasData: { !$0.task.data.isEmpty }, applyOwn: apply)
  }

  func validate() throws { try arguments.validate() }

  func run() throws {
    try arguments.run { path in
      let file = try ModelFile(contentsOf: path)
      guard file.kind == LanguageModel.kind else {
        let initial: Classifier = try file.model()
        return (ClassificationTask.settings(beginningWith: initial), .weights(initial))
      }
      return (
        ClassificationTask.settings(beginningWith: try file.model(), at: path), .initialValues
      )
    }
  }
}
