internal import UnrollFormats
public import UnrollModels
internal import UnrollNN
internal import UnrollTensor
public import UnrollText
public import UnrollTraining

/// Learning to predict the next token of texts.
public struct LanguageTask: LearningTask {
  /// A language model.
  public typealias Model = LanguageModel
  /// Texts and tokens.
  public typealias Settings = LanguageSettings

  /// The kind of the model.
  public static let name = "language-model"
  /// Nats for each token, and bits for each byte of the text.
  public static let figureNames = ["loss", "bitsPerByte"]

  let texts: LanguageTexts
  private let validation: HeldOutText?
  private let test: HeldOutText?
  private let predicted: PredictedText
  private let freezesLayers: Bool

  /// Reads the texts, and learns a tokenizer unless the run goes on.
  public init(
    reading settings: RunSettings<LanguageSettings>, from origin: RunOrigin<LanguageTask>,
    processing: CorpusProcessing, note: (RunNote) -> Void
  ) throws {
    texts = try LanguageTexts(settings, from: origin, processing, note)
    freezesLayers = settings.optimizer.frozenLayers != nil
    let tokenizer = texts.tokenizer
    validation = try texts.validation.map { try $0.heldOut(by: tokenizer) }
    test = try texts.test.map { try $0.heldOut(by: tokenizer) }
    predicted = try texts.training.predicted(by: tokenizer)
    for sentence in predicted.sentences { note(RunNote("\(sentence)")) }
  }

  /// How much text there is.
  public var sizes: DataSizes {
    var sizes = DataSizes(
      tokenCount: texts.training.count, tokenName: texts.tokenizer.tokenName,
      distinctCount: texts.tokenizer.vocabulary.count,
      documentCount: texts.training.documents?.count)
    sizes.charactersPerTarget =
      predicted.tokenCount > 0
      ? Double(predicted.characterCount) / Double(predicted.tokenCount) : nil
    return sizes
  }

  /// The files of the texts.
  public var files: [String] { texts.corpora.flatMap(\.files).map(\.path) }

  /// Digests of the texts and of the tokenizer.
  public var identity: DataIdentity {
    get throws {
      var digest = SHA256()
      digest.update(texts.tokenizer.description.json.text())
      return DataIdentity([
        .init("training text", try texts.corpus.contentHash(texts.processing)),
        .init(
          "validation text", try texts.validationCorpus?.contentHash(texts.processing)),
        .init("tokenizer", digest.hexadecimal),
      ])
    }
  }

  // MARK: The model

  /// A model with the initial values that PyTorch draws.
  public func makeModel(_ settings: CompleteSettings<LanguageSettings>) throws -> LanguageModel {
    let (seed, regularization) = (settings.settings.seed, settings.settings.task.regularization)
    var model = try LanguageModel(
      settings.modelConfiguration, tokenizer: texts.tokenizer, seed: seed)
    if let values = regularization.values { model.initialize(values, seed: seed) }
    if let bias = regularization.forgetBias { try model.setForgetBias(bias) }
    return model
  }

  /// The parameters, and what a step keeps for each token.
  public func demand(_ settings: CompleteSettings<LanguageSettings>) throws -> ModelDemand? {
    try LanguageTexts.demand(settings.modelConfiguration, texts.tokenizer)
  }

  /// Takes over what belongs to tokens that both models know, and says what is kept, new and dropped.
  public func adopt(
    _ initial: LanguageModel, into model: inout LanguageModel, _ note: (RunNote) -> Void
  ) throws {
    let adoption = try model.adopt(initial)
    note(RunNote("\(adoption.description)"))
    if freezesLayers, !adoption.newTokens.isEmpty {
      note(
        RunNote(
          warning:
            "what is read of the new tokens stays as it was drawn, since \(.setting("frozenLayers")) lets it learn nothing"
        ))
    }
  }

  // MARK: Batches

  /// Streams through the text, or documents; smaller batches if the text is short.
  public func batches(
    _ settings: CompleteSettings<LanguageSettings>, _ note: (RunNote) -> Void
  ) throws -> TaskBatches<LanguageModel.Batch> {
    let (rows, steps) = (settings.sizes.batchSize, settings.sizes.sequenceLength)
    switch texts.training {
    case .documents(let documents):
      return TaskBatches(
        try DocumentBatches(
          documents, batchSize: rows, sequenceLength: steps, seed: settings.settings.seed))
    case .stream(let tokens):
      let batches = try StreamBatches(fitting: tokens, batchSize: rows, sequenceLength: steps)
      let fit = (batches.batchSize, batches.sequenceLength)
      if fit != (rows, steps) {
        note(
          RunNote(
            warning:
              "\(groupedText(tokens.count)) tokens are too few for a batch of \(rows) × \(steps); "
              + "training with \(fit.0) × \(fit.1)"))
      }
      return TaskBatches(batches)
    }
  }

  // MARK: Measures

  /// Whether some text is kept for validation, or for testing.
  public func has(_ part: HeldOutPart) -> Bool { text(of: part) != nil }

  /// The loss on such a text.
  public func measure(
    _ model: LanguageModel, on part: HeldOutPart, _ progress: (Double) -> Bool
  ) throws -> Measure? {
    var isStopped = false
    let evaluation = try text(of: part)?.evaluation(
      of: model, onProgress: { isStopped = progress($0) }, shouldStop: { isStopped })
    guard let evaluation else { return nil }
    return Measure(
      .init("loss", evaluation.loss), .init("bitsPerByte", evaluation.bitsPerByte))
  }

  private func text(of part: HeldOutPart) -> HeldOutText? {
    switch part {
    case .validation: validation
    case .test: test
    }
  }

  // MARK: Samples

  /// Text that goes on from the beginning of the training text, or some documents.
  public func sample(
    of model: LanguageModel, length: Int, seed: UInt64, while goesOn: () -> Bool
  ) throws -> String? {
    try LanguageSample(texts: texts, model: model, seed: seed).text(length: length, while: goesOn)
  }

  /// How many of some documents that the model writes are in the training text; `nil` for one stream.
  public func remark(
    on model: LanguageModel, seed: UInt64, while goesOn: () -> Bool
  ) throws -> RunNote? {
    try LanguageSample(texts: texts, model: model, seed: seed).novelty(while: goesOn)
      .map { RunNote("\($0)") }
  }
}

extension LanguageTask {
  /// Settings that ask for a model of the architecture and the tokens of another, whose weights a new run is to begin with.
  ///
  /// - Parameters:
  ///   - model: the other model.
  ///   - record: what is known of the other model's training, for what a document is.
  public static func settings(
    beginningWith model: LanguageModel, trained record: TrainingRecord? = nil
  ) -> RunSettings<LanguageSettings> {
    let (configuration, tokenizer) = (model.configuration, model.tokenizer)
    var settings = RunSettings<LanguageSettings>()
    settings.take(configuration.cell, configuration.layerCount, configuration.hiddenSize)
    settings.model.embeddingSize = configuration.embeddingSize
    settings.model.tieWeights = configuration.tiesWeights
    settings.model.dropout = configuration.dropout
    settings.task.regularization = RegularizationSettings(configuration.regularization)
    settings.task.tokens = TokenSettings(tokenizer)
    settings.task.lineEnds = tokenizer.lineEnds == .lineFeed ? .lf : .keep
    settings.task.byteOrderMark = tokenizer.removesByteOrderMark ? .remove : .keep
    let documents = try? record?.field["settings"]["documents"].string()
    settings.task.documents = documents.flatMap { DocumentsChoice(rawValue: $0) } ?? .stream
    return settings
  }
}

extension CompleteSettings<LanguageSettings> {
  /// The sizes and options of the model.
  public var modelConfiguration: LanguageModel.Configuration {
    let model = settings.model
    var configuration = LanguageModel.Configuration(
      cell: model.recurrentCell, layerCount: sizes.layers, hiddenSize: sizes.hiddenSize,
      embeddingSize: model.embeddingSize, dropout: dropout, tiesWeights: model.tieWeights)
    configuration.regularization = settings.task.regularization.regularization
    return configuration
  }
}

extension TaskBatches<LanguageModel.Batch> {
  /// The batches of a text source.
  public init(_ source: some BatchSource) {
    self.init(
      TrainingData(source), batchSize: source.batchSize, sequenceLength: source.sequenceLength)
  }
}

extension TrainingData<LanguageModel.Batch> {
  /// The batches of a text source.
  public init(_ source: some BatchSource) {
    self.init(stepsPerEpoch: source.batchesPerEpoch) {
      LanguageModel.Batch(try source.batch(at: $0))
    }
  }
}
