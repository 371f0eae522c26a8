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
      With --documents, each line or file begins anew, and the model learns where it ends.
      Sizes that are not given are chosen by the size of the text: about a parameter for each token, within what a processor can train; a short text is read more often, and in smaller batches.
      Ctrl-C ends the run after the current step and writes the model so far; with --checkpoint, the run can go on later.
      """)

  @Argument(help: "Text files or directories of them; - for standard input.")
  var corpus: [String] = []

  @Option(
    name: .customLong("output"), help: "Where to write the model, a .safetensors file.")
  var givenOutput: String?

  @Option(help: "How the model's weights are stored: f16 and bf16 make the file half as large.")
  var precision = WeightPrecision.float32

  @OptionGroup(title: "Text") var reading: CorpusOptions

  @Option(
    help:
      "Read everything as one stream, or each line or file as a text of its own, which the model also learns to end."
  )
  var documents = DocumentsChoice.stream

  @OptionGroup(title: "Model") var model: ModelOptions
  @OptionGroup(title: "Tokens") var tokens: TokenOptions
  @OptionGroup(title: "Training") var optimizer: OptimizerOptions

  @OptionGroup(title: "Checkpoints") var checkpoints: CheckpointOptions

  @Option(
    name: .customLong("batch-size"),
    help:
      "Rows of a batch: parallel streams through the text, or documents (default: 1 to 512, by the size of the text)."
  )
  var givenBatchSize: Int?

  @Option(
    name: .customLong("sequence-length"),
    help:
      "Steps of a window: how far back in time gradients go (default: 50 or 100, by the size of the text)."
  )
  var givenSequenceLength: Int?

  @Option(
    help:
      "The fraction that is kept for validation: of the text its end, of documents some drawn by the seed (default: 0.1, at most a million tokens)."
  )
  var validationFraction: Double?

  @Option(
    help: "The fraction that is kept for testing: what comes last, measured once after training.")
  var testFraction: Double = 0

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

  /// Every run that is carried out has been given these two.
  var batchSize: Int { givenBatchSize ?? 1 }
  var sequenceLength: Int { givenSequenceLength ?? 1 }

  /// What a token is; documents have an end that is one too.
  var tokenizerSettings: TokenizerSettings {
    var settings = tokens.settings
    if documents != .stream { settings.reserved.insert(.end) }
    return settings
  }

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
    try require(
      (0..<1).contains(testFraction),
      "--test-fraction is at least 0 and below 1, not \(testFraction)")
    try require(
      (validationFraction ?? (validation == nil ? 0.1 : 0)) + testFraction < 1,
      "--validation-fraction and --test-fraction leave nothing to train on: choose smaller ones")
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
      try checkPlaces()
      for path in [output, metrics].compactMap({ $0 }) { Leftovers.remove(of: path) }
      let store = try origin.store ?? checkpoints.folder.map { try CheckpointStore(creating: $0) }
      let texts = try TrainingTexts(reading: self, tokenizer: origin.tokenizer)
      let command = adopting(
        TrainingAdvice(
          tokenCount: texts.training.count, documentCount: texts.training.documentCount))
      let data = try LanguageData(texts, command)
      try TrainingDemand(of: command, on: data, isResumed: origin.store != nil)
        .check(output: output, checkpoints: store?.folder)
      var run = try TrainingRun(command, data, origin.model(command, data), store)
      if case .resumed(let resumption) = origin { try run.resume(resumption) }
      try run.train()
    }
  }

  /// The command with sizes for all that was left open, and a word about them.
  private func adopting(_ advice: TrainingAdvice) -> TrainCommand {
    var command = self
    command.model.adopt(advice)
    command.optimizer.adopt(advice)
    command.givenBatchSize = givenBatchSize ?? advice.batchSize
    command.givenSequenceLength = givenSequenceLength ?? advice.sequenceLength
    let open: [(given: Int?, sentence: String)] = [
      (model.givenLayers, countText(command.model.layers, "layer")),
      (model.givenHiddenSize, countText(command.model.hiddenSize, "unit")),
      (givenBatchSize, "batches of \(countText(command.batchSize, "row"))"),
      (givenSequenceLength, "windows of \(countText(command.sequenceLength, "step"))"),
      (optimizer.givenEpochs, countText(command.optimizer.epochs, "epoch")),
    ]
    let chosen = open.filter { $0.given == nil }.map(\.sentence)
    if !quiet, !chosen.isEmpty {
      Console.message("chosen by the size of the text: \(chosen.joined(separator: ", "))")
    }
    return command
  }

  /// Finds fractions that leave too little to train on.
  func checkFractions(leaving count: Int, of total: Int) throws {
    guard validationFraction == nil, testFraction == 0 else {
      throw TextError(
        .tooSmall,
        "--validation-fraction and --test-fraction leave \(count) of \(groupedText(total)) tokens for training, "
          + "and at least 2 are needed: choose smaller ones")
    }
  }

  /// Finds what cannot be written now rather than after hours of training.
  private func checkOutputs() throws {
    try DurableFile.checkWritable(output)
    if let metrics { try DurableFile.checkWritable(metrics) }
  }

  /// Finds an output that would become a part of the text, so that the run could not go on with the same text.
  private func checkPlaces() throws {
    let outputs = [("--checkpoint", checkpoints.folder), ("--metrics", metrics)]
    for (option, path) in outputs {
      guard let path else { continue }
      for folder in corpus + [validation].compactMap({ $0 }) where isFolder(folder) {
        guard lies(path, in: folder) else { continue }
        throw Failure(
          status: 64,
          description:
            "\(option) '\(path)' lies in '\(folder)', a folder to learn from: choose a place outside of it"
        )
      }
    }
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
