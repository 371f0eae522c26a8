internal import UnrollFormats
public import UnrollModels
internal import UnrollNN
internal import UnrollTensor
public import UnrollText
internal import UnrollTraining

/// Learning to tag the words of sentences.
public struct TaggingTask: LearningTask {
  /// A tagger.
  public typealias Model = Tagger
  /// Sentences with tags and how they are read.
  public typealias Settings = TaggingSettings

  /// The kind of the model.
  public static let name = Tagger.kind
  /// The F1 of spans, which there is if the tags mark some, the share of the words that is tagged right, and nats for each word.
  public static let figureNames = ["spanF1", "accuracy", "loss"]

  private let training: [TaggedSentence]
  private let validation: [TaggedSentence]
  private let test: [TaggedSentence]
  private let tokenizer: Tokenizer
  private let words: [String]
  private let tags: [String]

  /// The files of the sentences.
  public let files: [String]
  /// Digests of the sentences and of what is known of words.
  public let identity: DataIdentity

  /// Reads the sentences, and learns words, characters and tags unless the run goes on.
  public init(
    reading settings: RunSettings<TaggingSettings>, from origin: RunOrigin<TaggingTask>,
    processing: CorpusProcessing, note: (RunNote) -> Void
  ) throws {
    try requireSetting(
      !settings.model.tieWeights, "\(.setting("tieWeights")) belongs to a language model")
    let (task, heldOut) = (settings.task, settings.heldOut)
    let data = try TaggedSentences(reading: task.data, columns: task.columns)
    let separate = try heldOut.validation.map {
      try TaggedSentences(reading: $0, columns: task.columns)
    }
    let parts = try Split(
      validationFraction: heldOut.validationFraction(of: data.sentences.count),
      testFraction: heldOut.testFraction
    ).parts(ofClasses: data.sentences.map { _ in 0 }, seed: settings.seed)
    training = parts.training.map { data.sentences[$0] }
    validation = separate?.sentences ?? parts.validation.map { data.sentences[$0] }
    test = parts.test.map { data.sentences[$0] }
    guard !training.isEmpty else {
      throw TextError(
        .tooSmall, "'\(task.data)' has no sentence: give some with a tag for each word")
    }
    if let known = origin.interrupted?.model ?? origin.initial {
      (tokenizer, words, tags) = (known.tokenizer, known.words, known.tags)
    } else {
      tags = Set(training.flatMap(\.tags)).sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
      var counts: [String: Int] = [:]
      for word in training.lazy.flatMap(\.words) { counts[word, default: 0] += 1 }
      words = counts.filter { $0.value >= task.minimumWordCount }.keys
        .sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
      guard tags.count >= 2 else {
        throw TextError(
          .tooSmall,
          "'\(task.data)' has the tag \(tags[0].quotedForMessage) only, and there is nothing to tell apart"
        )
      }
      var characters: [Character: Int] = [:]
      for character in training.lazy.flatMap(\.words).joined() {
        characters[character, default: 0] += 1
      }
      // Of a few sentences, no character may occur that often.
      let mostFrequent = characters.values.max() ?? 1
      tokenizer = try Tokenizer(
        learning: TokenizerSettings(
          minimumCount: min(task.minimumCharacterCount, mostFrequent), unknown: .token),
        from: training.lazy.flatMap(\.words))
    }
    for sentence in training + validation + test { _ = try sentence.numbers(ofTagsAmong: tags) }
    files = [data.file.path] + (separate.map { [$0.file.path] } ?? [])
    identity = DataIdentity([
      .init("sentences", data.digest), .init("validation sentences", separate?.digest),
    ])
    try settings.noteEmptyParts(
      of: "sentences", count: training.count, hasValidation: !validation.isEmpty,
      hasTest: !test.isEmpty, note)
  }

  /// How many words there are to learn from.
  public var sizes: DataSizes {
    DataSizes(
      tokenCount: wordCount, tokenName: "words", distinctCount: words.count,
      documentCount: training.count, documentName: "sentence")
  }

  private var wordCount: Int { training.reduce(0) { $0 + $1.words.count } }

  /// Sizes that suit a tagger of so many words.
  public var advice: RunSizes {
    var sizes = RunSizes(adviceFor: sizes)
    sizes.layers = 1
    sizes.weightDecay = 0
    sizes.hiddenSize = wordCount < 10_000 ? 64 : 128
    sizes.batchSize = min(16, max(4, training.count / 100))
    sizes.sequenceLength = min(200, training.reduce(1) { max($0, $1.words.count) })
    sizes.epochs = min(40, max(3, Int((600_000 / Double(wordCount)).rounded())))
    return sizes
  }

  // MARK: The model

  /// A tagger with the initial values that PyTorch draws.
  public func makeModel(_ settings: CompleteSettings<TaggingSettings>) throws -> Tagger {
    try Tagger(
      settings.modelConfiguration, tokenizer: tokenizer, words: words, tags: tags,
      seed: settings.settings.seed)
  }

  /// Takes over all weights of another tagger.
  public func adopt(
    _ initial: Tagger, into model: inout Tagger, _ note: (RunNote) -> Void
  ) throws { try model.adopt(initial) }

  /// The parameters, and what a step keeps for each word.
  public func demand(_ settings: CompleteSettings<TaggingSettings>) throws -> ModelDemand? {
    let configuration = settings.modelConfiguration
    let sentence = configuration.sentence
    return ModelDemand(
      parameterCount: try Tagger.parameterCount(
        configuration, tokenizer: tokenizer, words: words, tags: tags),
      valuesPerTarget: sentence.embeddingSize + sentence.layerCount * sentence.outputSize
        + tags.count,
      remedy:
        "choose a smaller \(.setting("hiddenSize")), \(.setting("embeddingSize")), \(.setting("batchSize")) or \(.setting("sequenceLength"))"
    )
  }

  // MARK: Batches

  /// Sentences of about the same length side by side; longer ones than a window are cut.
  public func batches(
    _ settings: CompleteSettings<TaggingSettings>, _ note: (RunNote) -> Void
  ) throws -> TaskBatches<Tagger.Batch> {
    let limit = settings.sizes.sequenceLength
    RunNote(
      readingFirst: limit, "words", of: training.count { $0.words.count > limit },
      longer: "sentence"
    ).map(note)
    let reader = try makeModel(settings)
    let examples = try numbered(training, reader).map {
      (Array($0.words.prefix(limit)), $0.tags.prefix(limit).map { Int32($0) })
    }
    let buckets = LengthBuckets(
      lengths: examples.map(\.0.count), batchSize: settings.sizes.batchSize,
      seed: settings.settings.seed)
    var counts: [Tagger.ReadWord: Int] = [:]
    for word in examples.lazy.flatMap(\.0) { counts[word, default: 0] += 1 }
    let (alpha, seed) = (settings.settings.task.wordDropout, settings.settings.seed)
    let shares = counts.mapValues { Float(alpha / (alpha + Double($0))) }
    return TaskBatches(
      TrainingData(stepsPerEpoch: buckets.batchesPerEpoch) { step in
        let batch = buckets.examples(of: step).map { examples[$0] }
        var random = RandomStream(seed: seed, purpose: .hiding, number: UInt64(step))
        let words = batch.map { example in
          example.0.map { random.uniform() < shares[$0] ?? 0 ? $0.asUnknown : $0 }
        }
        return Tagger.Batch(reader.sentences(words), tags: batch.map(\.1))
      }, batchSize: buckets.batchSize,
      sequenceLength: examples.reduce(1) { max($0, $1.0.count) })
  }

  private func numbered(
    _ sentences: [TaggedSentence], _ model: Tagger
  ) throws -> [(words: [Tagger.ReadWord], tags: [Int])] {
    try sentences.map { (try model.read($0.words), try $0.numbers(ofTagsAmong: tags)) }
  }

  // MARK: Measures

  /// Whether some sentences are kept for validation, or for testing.
  public func has(_ part: HeldOutPart) -> Bool { !sentences(of: part).isEmpty }

  /// Accuracy, the F1 of spans and loss on such sentences.
  public func measure(
    _ model: Tagger, on part: HeldOutPart, _ progress: (Double) -> Bool
  ) throws -> Measure? {
    guard has(part) else { return nil }
    var isStopped = false
    let score = try model.score(
      on: numbered(sentences(of: part), model), onProgress: { isStopped = progress($0) },
      shouldStop: { isStopped })
    guard let score else { return nil }
    let accuracy = Measure.Figure("accuracy", score.accuracy, isBetterWhenGreater: true)
    let loss = Measure.Figure("loss", score.loss)
    guard let spanF1 = score.spanF1 else { return Measure(accuracy, loss) }
    return Measure(.init("spanF1", spanF1, isBetterWhenGreater: true), accuracy, loss)
  }

  private func sentences(of part: HeldOutPart) -> [TaggedSentence] {
    switch part {
    case .validation: validation
    case .test: test
    }
  }

  // MARK: Samples

  /// Some sentences that the tagger did not learn from, with the tags that it gives, and what is true where that is something else.
  public func sample(
    of model: Tagger, length: Int, seed: UInt64, while goesOn: () -> Bool
  ) throws -> String? {
    let part = validation.isEmpty ? test : validation
    guard !part.isEmpty, goesOn() else { return nil }
    let shown = stride(from: 0, to: part.count, by: max(1, part.count / 4)).prefix(4)
      .map { part[$0] }
    return try zip(shown, model.tag(shown.map { Array($0.words.prefix(20)) })).map {
      sentence, said in
      zip(zip(sentence.words, sentence.tags), said).map { pair, said in
        "\(pair.0)/\(said)\(said == pair.1 ? "" : "(not \(pair.1))")"
      }.joined(separator: " ") + (sentence.words.count > 20 ? " …" : "")
    }.joined(separator: "\n")
  }
}

extension TaggingTask {
  /// Settings that ask for a tagger of the architecture of another, whose weights a new run is to begin with.
  public static func settings(beginningWith model: Tagger) -> RunSettings<TaggingSettings> {
    let configuration = model.configuration
    var settings = RunSettings<TaggingSettings>()
    settings.take(
      configuration.sentence.cell, configuration.sentence.layerCount,
      configuration.sentence.hiddenSize)
    settings.model.embeddingSize = configuration.wordSize
    settings.model.dropout = configuration.sentence.dropout
    settings.task.characterSize = configuration.characters.embeddingSize
    settings.task.characterHiddenSize = configuration.characters.hiddenSize
    return settings
  }
}

extension TaggedSentences {
  /// What identifies words and tags.
  fileprivate var digest: String {
    DataIdentity.digest(
      of: sentences.lazy.flatMap { zip($0.words, $0.tags).flatMap { [$0, $1] } + [""] })
  }
}

extension CompleteSettings<TaggingSettings> {
  /// The sizes and options of the tagger.
  public var modelConfiguration: Tagger.Configuration {
    let model = settings.model
    return Tagger.Configuration(
      cell: model.recurrentCell, layerCount: sizes.layers, hiddenSize: sizes.hiddenSize,
      wordSize: model.embeddingSize, characterSize: settings.task.characterSize,
      characterHiddenSize: settings.task.characterHiddenSize, dropout: dropout)
  }
}
