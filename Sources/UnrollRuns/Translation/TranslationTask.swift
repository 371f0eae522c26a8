internal import UnrollFormats
public import UnrollModels
internal import UnrollNN
internal import UnrollTensor
public import UnrollText
internal import UnrollTraining

/// Learning to write the counterparts of texts.
public struct TranslationTask: LearningTask {
  /// A translator.
  public typealias Model = Translator
  /// Pairs of texts and how they are read.
  public typealias Settings = TranslationSettings

  /// The kind of the model.
  public static let name = Translator.kind
  /// Nats for each token of the targets; and BLEU, chrF and the share that is the target to the character, of translations that take
  /// the likeliest token each time: in validation of up to 500 pairs, evenly spread.
  public static let figureNames = ["loss", "bleu", "chrF", "exactMatch"]

  private let pairs: LearnedPairs
  private let bestBy: TranslationFigure

  /// Reads the pairs, and learns tokens unless the run goes on.
  public init(
    reading settings: RunSettings<TranslationSettings>, from origin: RunOrigin<TranslationTask>,
    processing: CorpusProcessing, note: (RunNote) -> Void
  ) throws {
    try requireSetting(
      !settings.model.tieWeights, "\(.setting("tieWeights")) belongs to a language model")
    bestBy = settings.task.bestBy
    pairs = try LearnedPairs(
      settings, known: origin.interrupted?.model ?? origin.initial, note)
  }

  /// How much there is to learn from: the tokens of the targets. What is predicted are these and the ends.
  public var sizes: DataSizes {
    DataSizes(
      tokenCount: pairs.training.reduce(0) { $0 + $1.target.count },
      tokenName: pairs.targetTokenizer.tokenName,
      distinctCount: pairs.targetTokenizer.vocabulary.count, documentCount: pairs.training.count,
      documentName: "pair", targetName: "tokens and ends")
  }

  /// Sizes that suit a translator of so many pairs.
  public var advice: RunSizes {
    let count = pairs.training.count
    var sizes = RunSizes(adviceFor: sizes)
    sizes.layers = 1
    sizes.weightDecay = 0
    sizes.hiddenSize = count < 5000 ? 64 : count < 50_000 ? 128 : 256
    sizes.batchSize = min(64, max(8, count / 100))
    sizes.sequenceLength = pairs.longest
    sizes.epochs = min(60, max(3, Int((900_000 / Double(count)).rounded())))
    return sizes
  }

  /// The files of the pairs.
  public var files: [String] { pairs.files }

  /// Digests of the pairs and of the tokenizers.
  public var identity: DataIdentity { pairs.identity }

  // MARK: The model

  /// A translator with the initial values that PyTorch draws.
  public func makeModel(_ settings: CompleteSettings<TranslationSettings>) throws -> Translator {
    try Translator(
      settings.modelConfiguration, sourceTokenizer: pairs.sourceTokenizer,
      targetTokenizer: pairs.targetTokenizer, longestTarget: pairs.longestTarget,
      seed: settings.settings.seed)
  }

  /// Takes over all weights of another translator.
  public func adopt(
    _ initial: Translator, into model: inout Translator, _ note: (RunNote) -> Void
  ) throws { try model.adopt(initial) }

  /// The parameters, and what a step keeps for each token of a target.
  public func demand(_ settings: CompleteSettings<TranslationSettings>) throws -> ModelDemand? {
    let configuration = settings.modelConfiguration
    let units = configuration.encoder.hiddenSize
    return ModelDemand(
      parameterCount: try Translator.parameterCount(
        configuration, sourceTokenizer: pairs.sourceTokenizer,
        targetTokenizer: pairs.targetTokenizer),
      valuesPerTarget: configuration.encoder.layerCount * (configuration.encoder.outputSize + units)
        + pairs.targetTokenizer.vocabulary.count,
      remedy:
        "choose a smaller \(.setting("hiddenSize")), \(.setting("vocabularySize")), \(.setting("batchSize")) or \(.setting("sequenceLength"))"
    )
  }

  // MARK: Batches

  /// Pairs of about the same length side by side; those longer than a window are left out, since the end of a source belongs to that
  /// of a target.
  public func batches(
    _ settings: CompleteSettings<TranslationSettings>, _ note: (RunNote) -> Void
  ) throws -> TaskBatches<Translator.Batch> {
    let limit = settings.sizes.sequenceLength
    let kept = pairs.training.filter { max($0.source.count, $0.target.count) <= limit }
    try requireSetting(
      !kept.isEmpty,
      "every pair to learn from has more than \(groupedText(limit)) tokens on a side: a greater \(.setting("sequenceLength")) takes them"
    )
    if kept.count < pairs.training.count {
      note(
        RunNote(
          warning:
            "\(countText(pairs.training.count - kept.count, "pair")) with more than \(groupedText(limit)) tokens on a side \(pairs.training.count - kept.count == 1 ? "is" : "are") not learned from: a greater \(.setting("sequenceLength")) takes them"
        ))
    }
    let buckets = LengthBuckets(
      lengths: kept.map { max($0.source.count, $0.target.count + 1) },
      batchSize: settings.sizes.batchSize, seed: settings.settings.seed)
    let model = try makeModel(settings)
    let (share, seed) = (settings.settings.task.scheduledSampling, settings.settings.seed)
    let last = Float(
      max(1, settings.stepCount(stepsPerEpoch: buckets.batchesPerEpoch) - 1))
    return TaskBatches(
      TrainingData(stepsPerEpoch: buckets.batchesPerEpoch) { step in
        let rows = buckets.examples(of: step).map { kept[$0] }
        guard share > 0 else { return model.batch(rows) }
        var random = RandomStream(seed: seed, purpose: .guessing, number: UInt64(step))
        let now = share * min(1, Float(step) / last)
        return model.batch(rows) { random.uniform() < now }
      }, batchSize: buckets.batchSize,
      sequenceLength: kept.reduce(1) { max($0, $1.target.count + 1) })
  }

  // MARK: Measures

  /// Whether some pairs are kept for validation, or for testing.
  public func has(_ part: HeldOutPart) -> Bool { !pairs.part(part).isEmpty }

  /// The translations that are compared at each validation.
  private static let mostTranslations = 500

  /// Loss, and BLEU, chrF and exact matches of some of the pairs, evenly spread.
  public func measure(
    _ model: Translator, on part: HeldOutPart, _ progress: (Double) -> Bool
  ) throws -> Measure? {
    let isTest = part == .test
    let part = pairs.part(part)
    guard !part.isEmpty else { return nil }
    guard
      let loss = model.loss(on: try model.tokens(of: part), { progress(0.5 * $0) })
    else { return nil }
    let count = isTest ? part.count : min(Self.mostTranslations, part.count)
    var options = TranslationOptions()
    options.beamWidth = 1
    var isStopped = false
    let score = try model.score(
      on: (0..<count).map { part[$0 * part.count / count] }, options,
      onProgress: { isStopped = progress(0.5 + 0.5 * $0) }, shouldStop: { isStopped })
    guard let score else { return nil }
    let figures = [
      Measure.Figure("loss", loss),
      Measure.Figure("bleu", score.bleu.score, isBetterWhenGreater: true),
      Measure.Figure("chrF", score.chrF.score, isBetterWhenGreater: true),
      Measure.Figure("exactMatch", score.exactMatch, isBetterWhenGreater: true),
    ]
    return Measure(
      figures.filter { $0.name == bestBy.rawValue } + figures.filter { $0.name != bestBy.rawValue })
  }

  // MARK: Samples

  /// Some texts that the translator did not learn from, what it writes, and what is wanted where that is something else.
  public func sample(
    of model: Translator, length: Int, seed: UInt64, while goesOn: () -> Bool
  ) throws -> String? {
    let part = pairs.validation.isEmpty ? pairs.test : pairs.validation
    guard !part.isEmpty, goesOn() else { return nil }
    let count = min(5, part.count)
    let shown = (0..<count).map { part[$0 * part.count / count] }
    return try zip(shown, model.translate(shown.map(\.source))).map { pair, said in
      let text = said?.text ?? ""
      return "\(pair.source) → \(text)\(text == pair.target ? "" : " (\(pair.target))")"
    }.joined(separator: "\n")
  }
}

extension TranslationTask {
  /// Settings that ask for a translator of the architecture of another, whose weights a new run is to begin with.
  public static func settings(
    beginningWith model: Translator
  ) -> RunSettings<TranslationSettings> {
    let encoder = model.configuration.encoder
    var settings = RunSettings<TranslationSettings>()
    settings.take(encoder.cell, encoder.layerCount, encoder.hiddenSize)
    settings.model.embeddingSize = encoder.embeddingSize
    settings.model.dropout = encoder.dropout
    settings.task.tokens = TokenSettings(model.sourceTokenizer)
    let target = TokenSettings(model.targetTokenizer)
    settings.task.targetTokens = target.kind
    settings.task.targetVocabularySize = target.vocabularySize
    settings.task.isBidirectional = encoder.isBidirectional
    settings.task.attention = AttentionChoice(model.configuration.attention)
    return settings
  }
}

extension CompleteSettings<TranslationSettings> {
  /// The sizes and options of the translator.
  public var modelConfiguration: Translator.Configuration {
    let model = settings.model
    return Translator.Configuration(
      encoder: TokenReader.Configuration(
        cell: model.recurrentCell, layerCount: sizes.layers, hiddenSize: sizes.hiddenSize,
        embeddingSize: model.embeddingSize, dropout: dropout,
        isBidirectional: settings.task.isBidirectional),
      attention: settings.task.attention.score)
  }
}
