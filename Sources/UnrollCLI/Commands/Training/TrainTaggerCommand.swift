import ArgumentParser
import Unroll
import UnrollModels
import UnrollRuns

/// `unroll train-tagger`.
struct TrainTaggerCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "train-tagger", abstract: "Train a model that tags the words of sentences.",
    discussion: """
      DATA has a word on each line, its tag behind it, and an empty line between sentences. Columns are separated by tabs or spaces: \
      of a .conllu file the word is in column 2 and the tag (UPOS) in column 4, otherwise the first and the last column count.
      Where the tags are O, B-… and I-…, whole spans of the right type are measured too, as seqeval does.
      """)

  @Argument(help: "A file of sentences with tags; - for standard input.")
  var data: String?

  @OptionGroup var options: RunOptions
  @OptionGroup(title: "Data") var columns: TagColumnOptions
  @OptionGroup(title: "Model") var model: ModelOptions

  @Option(help: "Size of a character's vector (default: 50).")
  var characterSize: Int?

  @Option(help: "Units in each direction of the layer that reads characters (default: 100).")
  var characterHiddenSize: Int?

  @Option(help: "How often a word must occur to have a vector of its own (default: 1).")
  var minimumWordCount: Int?

  @Option(
    help:
      "Read a word that occurs n times as an unknown one with the probability A / (A + n), so that its characters matter too; 0 for never (default: 0.25)."
  )
  var wordDropout: Double?

  @Option(help: "How often a character must occur to be known (default: 3).")
  var minimumCharacterCount: Int?

  @OptionGroup(title: "Training") var optimizer: OptimizerOptions
  @OptionGroup(title: "Checkpoints") var checkpoints: CheckpointOptions

  /// Replaces what was typed for the task alone.
  private func apply(to settings: inout RunSettings<TaggingSettings>) {
    take(data, into: &settings.task.data)
    take(columns.wordColumn, into: &settings.task.wordColumn)
    take(columns.tagColumn, into: &settings.task.tagColumn)
    take(characterSize, into: &settings.task.characterSize)
    take(characterHiddenSize, into: &settings.task.characterHiddenSize)
    take(minimumWordCount, into: &settings.task.minimumWordCount)
    take(wordDropout, into: &settings.task.wordDropout)
    take(minimumCharacterCount, into: &settings.task.minimumCharacterCount)
  }

  private var arguments: RunArguments<TaggingTask> {
    RunArguments(
      command: Self._commandName, options: options, model: model, optimizer: optimizer,
      checkpoints: checkpoints, dataName: "<data>",
      hasData: { !$0.task.data.isEmpty }, applyOwn: apply)
  }

  func validate() throws { try arguments.validate() }

  func run() throws {
    try arguments.run { path in
      let initial: Tagger = try ModelFile(contentsOf: path).model()
      return (TaggingTask.settings(beginningWith: initial), .weights(initial))
    }
  }
}

/// Which columns have words and tags.
struct TagColumnOptions: ParsableArguments {
  @Option(help: "The column of the word, from 1; needs --tag-column.")
  var wordColumn: Int?

  @Option(help: "The column of the tag, from 1; needs --word-column.")
  var tagColumn: Int?

  func validate() throws {
    try refusingUsage {
      var settings = TaggingSettings(data: "-")
      (settings.wordColumn, settings.tagColumn) = (wordColumn, tagColumn)
      try settings.validate()
    }
  }

  /// The columns, if they are named.
  var columns: TaggedSentences.Columns? {
    var settings = TaggingSettings()
    (settings.wordColumn, settings.tagColumn) = (wordColumn, tagColumn)
    return settings.columns
  }
}
