internal import UnrollFormats
public import UnrollModels
internal import UnrollNN
internal import UnrollTensor
public import UnrollText
internal import UnrollTraining

/// Learning to tell the classes of texts.
public struct ClassificationTask: LearningTask {
  /// A classifier.
  public typealias Model = Classifier
  /// Labelled texts and how they are read.
  public typealias Settings = ClassificationSettings

  /// The kind of the model.
  public static let name = Classifier.kind
  /// The share that is told right, the mean F1 of the classes, and nats for each text.
  public static let figureNames = ["accuracy", "macroF1", "loss"]

  private let examples: LabelledExamples
  private let languageModel: LanguageModel?
  private let bestBy: ClassificationFigure

  /// Reads the examples, and learns tokens and classes unless the run goes on.
  public init(
    reading settings: RunSettings<ClassificationSettings>,
    from origin: RunOrigin<ClassificationTask>,
    processing: CorpusProcessing, note: (RunNote) -> Void
  ) throws {
    try requireSetting(
      !settings.model.tieWeights, "\(.setting("tieWeights")) belongs to a language model")
    bestBy = settings.task.bestBy
    // A run that goes on has these weights already.
    languageModel =
      origin.interrupted == nil
      ? try settings.task.languageModel.map { try ModelFile(contentsOf: $0).model() } : nil
    examples = try LabelledExamples(
      settings, known: origin.interrupted?.model ?? origin.initial, languageModel: languageModel,
      note)
  }

  /// How many examples there are to learn from.
  public var sizes: DataSizes {
    DataSizes(
      tokenCount: examples.training.reduce(0) { $0 + $1.tokens.count },
      tokenName: examples.tokenizer.tokenName,
      distinctCount: examples.tokenizer.vocabulary.count, documentCount: examples.training.count,
      documentName: "example", targetName: "examples")
  }

  /// Sizes that suit a classifier of such texts.
  public var advice: RunSizes {
    let count = examples.training.count
    let longest = examples.training.reduce(1) { max($0, $1.tokens.count) }
    var sizes = RunSizes(adviceFor: sizes)
    sizes.layers = 1
    sizes.weightDecay = 0
    sizes.hiddenSize = count < 1000 ? 64 : 128
    sizes.batchSize = min(64, max(8, count / 100))
    sizes.sequenceLength = min(1000, longest)
    sizes.epochs = min(60, max(3, Int((200_000 / Double(count)).rounded())))
    return sizes
  }

  /// The files of the examples.
  public var files: [String] { examples.files }

  /// Digests of the examples and of the tokenizer.
  public var identity: DataIdentity { examples.identity }

  // MARK: The model

  /// Whether the reader is that of a language model.
  public var makesModelsFromAnother: Bool { languageModel != nil }

  /// A classifier with the initial values that PyTorch draws, or with the reader of the language model.
  public func makeModel(_ settings: CompleteSettings<ClassificationSettings>) throws -> Classifier {
    var model = try Classifier(
      settings.modelConfiguration, tokenizer: examples.tokenizer, classes: examples.classes,
      seed: settings.settings.seed)
    if let languageModel { try model.adopt(languageModel) }
    return model
  }

  /// Takes over all weights of another classifier.
  public func adopt(
    _ initial: Classifier, into model: inout Classifier, _ note: (RunNote) -> Void
  ) throws { try model.adopt(initial) }

  /// The parameters, and what a step keeps for each token.
  public func demand(
    _ settings: CompleteSettings<ClassificationSettings>
  ) throws -> ModelDemand? {
    let configuration = settings.modelConfiguration
    return ModelDemand(
      parameterCount: try Classifier.parameterCount(
        configuration, tokenizer: examples.tokenizer, classes: examples.classes),
      valuesPerTarget: configuration.reader.layerCount * configuration.reader.outputSize,
      remedy:
        "choose a smaller \(.setting("hiddenSize")), \(.setting("layers")), \(.setting("batchSize")) or \(.setting("sequenceLength"))"
    )
  }

  // MARK: Batches

  /// Examples of about the same length side by side; longer ones than a window are cut.
  public func batches(
    _ settings: CompleteSettings<ClassificationSettings>, _ note: (RunNote) -> Void
  ) throws -> TaskBatches<Classifier.Batch> {
    let limit = settings.sizes.sequenceLength
    let training = examples.training.map { (Array($0.tokens.prefix(limit)), Int32($0.label)) }
    RunNote(
      readingFirst: limit, examples.tokenizer.tokenName,
      of: examples.training.count { $0.tokens.count > limit }, longer: "text"
    ).map(note)
    let buckets = LengthBuckets(
      lengths: training.map(\.0.count), batchSize: settings.sizes.batchSize,
      seed: settings.settings.seed)
    let weights = classWeights(settings.settings.task.classWeights)
    return TaskBatches(
      TrainingData(stepsPerEpoch: buckets.batchesPerEpoch) { step in
        let batch = buckets.examples(of: step).map { training[$0] }
        return Classifier.Batch(
          batch.map(\.0), classes: batch.map(\.1), classWeights: weights)
      }, batchSize: buckets.batchSize,
      sequenceLength: training.reduce(1) { max($0, $1.0.count) })
  }

  /// n / (C n_c) for each class: their mean over all examples is 1.
  private func classWeights(_ choice: ClassWeightsChoice) -> Tensor? {
    guard choice == .balanced else { return nil }
    var counts = [Int](repeating: 0, count: examples.classes.count)
    for example in examples.training { counts[example.label] += 1 }
    let occurring = counts.count { $0 > 0 }
    return Tensor(
      counts.map {
        $0 == 0 ? 0 : Float(Double(examples.training.count) / Double(occurring * $0))
      }, shape: [counts.count])
  }

  // MARK: Measures

  /// Whether some examples are kept for validation, or for testing.
  public func has(_ part: HeldOutPart) -> Bool { !examples(of: part).isEmpty }

  /// Accuracy, macro F1 and loss on such examples.
  public func measure(
    _ model: Classifier, on part: HeldOutPart, _ progress: (Double) -> Bool
  ) throws -> Measure? {
    guard has(part) else { return nil }
    var isStopped = false
    let score = try model.score(
      on: examples(of: part), onProgress: { isStopped = progress($0) }, shouldStop: { isStopped })
    guard let score else { return nil }
    let figures = [
      (ClassificationFigure.accuracy, score.accuracy), (.macroF1, score.macroF1),
      (.loss, score.loss),
    ].map { ($0, Measure.Figure($0.rawValue, $1, isBetterWhenGreater: $0 != .loss)) }
    return Measure(
      figures.filter { $0.0 == bestBy }.map(\.1) + figures.filter { $0.0 != bestBy }.map(\.1))
  }

  private func examples(of part: HeldOutPart) -> [LabelledExample] {
    switch part {
    case .validation: examples.validation
    case .test: examples.test
    }
  }

  // MARK: Samples

  /// What the classifier says of some texts that it did not learn from, and what is true where that is something else.
  public func sample(
    of model: Classifier, length: Int, seed: UInt64, while goesOn: () -> Bool
  ) throws -> String? {
    let part = examples.validation.isEmpty ? examples.test : examples.validation
    guard !part.isEmpty, goesOn() else { return nil }
    let shown = stride(from: 0, to: part.count, by: max(1, part.count / 10)).prefix(10)
      .map { part[$0] }
    return try zip(shown, model.classify(tokens: shown.map(\.tokens))).compactMap {
      example, said in
      said.map { said in
        let name = model.classes[said.best]
        let text = model.tokenizer.decode(example.tokens)
        let isCut = text.count > 60
        let truth = said.best == example.label ? "" : ", not \(model.classes[example.label])"
        return
          "\(isCut ? text.prefix(59) + "…" : text): \(name) \(decimalText(Double(said.confidence), 2))\(truth)"
      }
    }.joined(separator: "\n")
  }
}

extension ClassificationTask {
  /// Settings that ask for a classifier whose embedding and layers are those of a language model.
  ///
  /// - Parameters:
  ///   - model: the language model.
  ///   - path: where it is.
  public static func settings(
    beginningWith model: LanguageModel, at path: String
  ) -> RunSettings<ClassificationSettings> {
    let configuration = model.configuration
    var settings = RunSettings<ClassificationSettings>()
    settings.take(configuration.cell, configuration.layerCount, configuration.hiddenSize)
    settings.model.embeddingSize = configuration.embeddingSize
    settings.model.dropout = configuration.dropout
    settings.task.tokens = TokenSettings(model.tokenizer)
    settings.task.tokens.unknown = .skip
    settings.task.isBidirectional = false
    settings.task.languageModel = path
    return settings
  }
}

extension ClassificationTask {
  /// Settings that ask for a classifier of the architecture of another, whose weights a new run is to begin with.
  public static func settings(
    beginningWith model: Classifier
  ) -> RunSettings<ClassificationSettings> {
    let reader = model.configuration.reader
    var settings = RunSettings<ClassificationSettings>()
    settings.take(reader.cell, reader.layerCount, reader.hiddenSize)
    settings.model.embeddingSize = reader.embeddingSize
    settings.model.dropout = reader.dropout
    settings.task.tokens = TokenSettings(model.tokenizer)
    settings.task.isBidirectional = reader.isBidirectional
    settings.task.pooling = model.configuration.pooling
    return settings
  }
}

extension CompleteSettings<ClassificationSettings> {
  /// The sizes and options of the classifier.
  public var modelConfiguration: Classifier.Configuration {
    let model = settings.model
    return Classifier.Configuration(
      reader: TokenReader.Configuration(
        cell: model.recurrentCell, layerCount: sizes.layers, hiddenSize: sizes.hiddenSize,
        embeddingSize: model.embeddingSize, dropout: dropout,
        isBidirectional: settings.task.isBidirectional),
      pooling: settings.task.pooling)
  }
}
