import ArgumentParser
import Unroll
import UnrollFormats
import UnrollModels
import UnrollTensor
import UnrollText
import UnrollTraining

/// `unroll train`.
struct TrainCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "train", abstract: "Train a model on text.",
    discussion: """
      The text is read as one stream: the recurrent state is carried from window to window, and reset at each epoch.
      Ctrl-C ends the run after the current step and writes the model so far; with --checkpoint, the run can go on later.
      """)

  @Argument(help: "Text files or directories of them; - for standard input.")
  var corpus: [String] = []

  @Option(
    name: .customLong("output"), help: "Where to write the model, a .safetensors file.")
  var givenOutput: String?

  @OptionGroup(title: "Model") var model: ModelOptions
  @OptionGroup(title: "Tokens") var tokens: TokenOptions
  @OptionGroup(title: "Training") var optimizer: OptimizerOptions

  @OptionGroup(title: "Checkpoints") var checkpoints: CheckpointOptions

  @Option(help: "Rows of a batch: parallel streams through the text.")
  var batchSize = 50

  @Option(help: "Steps of a window: how far back in time gradients go.")
  var sequenceLength = 50

  @Option(help: "The end of the text that is kept for validation, as a fraction (default: 0.1).")
  var validationFraction: Double?

  @Option(help: "Validate on this text instead of the end of the corpus.")
  var validation: String?

  @Option(
    help:
      "Show a sample after every so many epochs; 0 for only one at the end (default: a quarter of them)."
  )
  var sampleEvery: Int?

  @Option(help: "Write a line of JSON for each step and epoch to this file.")
  var metrics: String?

  @Option(help: "Where to compute.")
  var device = DeviceChoice.auto

  @OptionGroup var threads: ThreadOptions

  @Flag(help: "Show errors only.")
  var quiet = false

  @Flag(help: "Print a JSON summary to standard output at the end.")
  var json = false

  /// Where the model goes; every run that is carried out has it.
  var output: String { givenOutput ?? "" }

  func validate() throws {
    if checkpoints.resume == nil {
      try require(!corpus.isEmpty, "Missing expected argument '<corpus> ...'")
      try require(givenOutput != nil, "Missing expected argument '--output <output>'")
    }
    try require(batchSize > 0, "--batch-size is 1 or more, not \(batchSize)")
    try require(sequenceLength > 0, "--sequence-length is 1 or more, not \(sequenceLength)")
    if let validationFraction {
      try require(
        validation == nil,
        "--validation and --validation-fraction contradict each other: give one of them")
      try require(
        (0..<1).contains(validationFraction),
        "--validation-fraction is at least 0 and below 1, not \(validationFraction)")
    }
    if let sampleEvery {
      try require(sampleEvery >= 0, "--sample-every is 0 or more, not \(sampleEvery)")
      try require(!quiet || sampleEvery == 0, "--quiet and --sample-every contradict each other")
    }
    try require(
      optimizer.schedule != .plateau || validationFraction != 0,
      "--schedule plateau needs validation, and --validation-fraction 0 leaves none")
    try require(
      optimizer.patience == nil || validationFraction != 0,
      "--patience needs validation, and --validation-fraction 0 leaves none")
    try require(
      metrics == nil || metrics != givenOutput, "--metrics and --output name the same file")
  }

  func run() throws {
    if let folder = checkpoints.resume {
      let resumption = try Resumption(of: folder, isQuiet: quiet)
      try resumption.command(with: UnrollCommand.words.dropFirst()).train(.resumed(resumption))
    } else if let path = checkpoints.initFrom {
      let initial = try LanguageModel(contentsOf: path)
      try TrainCommand.parse(initial.settings.words + UnrollCommand.words.dropFirst())
        .train(.weights(initial))
    } else {
      try train(.initialValues)
    }
  }

  private func train(_ origin: RunOrigin) throws {
    try threads.run {
      try checkOutputs()
      for path in [output, metrics].compactMap({ $0 }) { Leftovers.remove(of: path) }
      let store = try origin.store ?? checkpoints.folder.map { try CheckpointStore(creating: $0) }
      let data = try LanguageData(reading: self, tokenizer: origin.tokenizer)
      try TrainingDemand(of: self, on: data).check(output: output, checkpoints: store?.folder)
      var run = try TrainingRun(self, data, origin.model(self, data), store)
      if case .resumed(let resumption) = origin { try run.resume(resumption) }
      try run.train()
    }
  }

  /// Finds what cannot be written now rather than after hours of training.
  private func checkOutputs() throws {
    try DurableFile.checkWritable(output)
    if let metrics { try DurableFile.checkWritable(metrics) }
  }

  /// Finds an output that would replace one of the texts.
  func checkOutputs(spare texts: [TextFile]) throws {
    let outputs = [("--output", output), ("--metrics", metrics)].compactMap { option, path in
      path.flatMap(FileIdentity.init(path:)).map { (option: option, file: $0) }
    }
    for text in texts {
      guard let file = FileIdentity(path: text.path),
        let output = outputs.first(where: { $0.file == file })
      else { continue }
      throw Failure(
        status: 64,
        description:
          "\(output.option) would replace '\(text.path)', a text to learn from: choose another name"
      )
    }
  }
}
