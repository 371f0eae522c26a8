internal import UnrollModels
internal import UnrollText

/// The texts of a run as tokens, in parts that have nothing in common.
struct LanguageTexts {
  let processing: CorpusProcessing
  let corpus: Corpus
  /// The separate text for validation, if there is one.
  let validationCorpus: Corpus?
  let tokenizer: Tokenizer
  let training: TextPart
  let validation: TextPart?
  let test: TextPart?

  var corpora: [Corpus] { [corpus] + (validationCorpus.map { [$0] } ?? []) }

  /// Reads the texts; learns the tokenizer from them unless the run goes on.
  init(
    _ settings: RunSettings<LanguageSettings>, from origin: RunOrigin<LanguageTask>,
    _ processing: CorpusProcessing, _ note: (RunNote) -> Void
  ) throws {
    let (task, heldOut) = (settings.task, settings.heldOut)
    self.processing = processing
    func corpus(_ paths: [String]) throws -> Corpus {
      let corpus = try Corpus(reading: paths, include: task.include)
      for sentence in corpus.sentencesOfSkipped { note(RunNote(warning: "\(sentence)")) }
      return corpus
    }
    self.corpus = try corpus(task.texts)
    validationCorpus = try heldOut.validation.map { try corpus([$0]) }
    let corpora = [self.corpus] + (validationCorpus.map { [$0] } ?? [])
    if let run = origin.interrupted {
      tokenizer = run.model.tokenizer
    } else {
      let learned = try Tokenizer(
        learning: task.tokenizer, from: corpora, by: task.documents.unit, processing)
      // No token of the model that the run begins with is forgotten.
      tokenizer = try origin.initial?.tokenizer.extended(by: learned) ?? learned
      try Self.checkMemory(settings, tokenizer)
    }
    let all = try TextPart(self.corpus, tokenizer, task.documents.unit, processing)
    let parts = try Self.parts(of: all, settings, note)
    training = parts.training
    test = parts.test
    if let validationCorpus {
      validation = try TextPart(validationCorpus, tokenizer, task.documents.unit, processing)
    } else {
      validation = parts.validation
    }
  }

  /// Refuses a vocabulary for which even the smallest model of these settings is too large, before the texts are cut into tokens.
  private static func checkMemory(
    _ settings: RunSettings<LanguageSettings>, _ tokenizer: Tokenizer
  ) throws {
    let smallest = DataSizes(
      tokenCount: 2, tokenName: tokenizer.tokenName, distinctCount: tokenizer.vocabulary.count)
    let least = settings.completed(by: RunSizes(adviceFor: smallest))
    try RunDemand(
      of: demand(least.modelConfiguration, tokenizer), targetsPerStep: 1,
      plan: least.plan(stepsPerEpoch: 1), keepLast: 0, isResumed: true
    ).checkMemory()
  }

  /// Of fewer tokens a tenth tells nothing about a model.
  private static let leastForValidation = 100

  private static func parts(
    of all: TextPart, _ settings: RunSettings<LanguageSettings>, _ note: (RunNote) -> Void
  ) throws -> (training: TextPart, validation: TextPart?, test: TextPart?) {
    let heldOut = settings.heldOut
    guard all.count >= 2 else {
      throw TextError(
        .tooSmall,
        "\(settings.task.texts.map { "'\($0)'" }.joined(separator: ", ")): a text of "
          + "\(all.count == 1 ? "one token" : "no token") leaves nothing to predict; give more text"
      )
    }
    let validationFraction = heldOut.validationFraction(of: all.count, least: leastForValidation)
    if validationFraction == 0, heldOut.validationFraction == nil, heldOut.validation == nil {
      try settings.noteLack("too little text", for: .validation, note)
    }
    let split = try Split(
      validationFraction: validationFraction,
      testFraction: heldOut.testFraction)
    let parts = all.parts(of: split, seed: settings.seed)
    guard parts.training.isLargeEnough else {
      guard heldOut.validationFraction == nil, heldOut.testFraction == 0 else {
        throw RunError(
          .tooLittleData,
          "\(.setting("validationFraction")) and \(.setting("testFraction")) leave \(parts.training.count) of "
            + "\(groupedText(all.count)) tokens for training, and at least 2 are needed: choose smaller ones"
        )
      }
      try settings.noteLack("too little text", for: .validation, note)
      return (all, nil, nil)
    }
    func wanted(_ part: TextPart, _ fraction: Double, for purpose: HeldOutPart) throws -> TextPart?
    {
      guard fraction > 0 else { return nil }
      if !part.isLargeEnough { try settings.noteLack("too little text", for: purpose, note) }
      return part.isLargeEnough ? part : nil
    }
    return (
      parts.training,
      try wanted(parts.validation, split.validationFraction, for: .validation),
      try wanted(parts.test, split.testFraction, for: .test)
    )
  }

  /// What a model of such texts takes.
  ///
  /// - Throws: `ModelError` if the model is impossible.
  static func demand(
    _ configuration: LanguageModel.Configuration, _ tokenizer: Tokenizer
  ) throws -> ModelDemand {
    let vocabularySize = tokenizer.vocabulary.count
    let parameterCount = try LanguageModel.parameterCount(configuration, tokenizer: tokenizer)
    let perToken = configuration.hiddenSize + configuration.embeddingSize
    let isVocabularyLarge = vocabularySize * perToken > parameterCount / 2
    return ModelDemand(
      parameterCount: parameterCount,
      valuesPerTarget: configuration.layerCount * configuration.hiddenSize + vocabularySize,
      remedy: isVocabularyLarge
        ? "its vocabulary has \(groupedText(vocabularySize)) \(tokenizer.tokenName); choose a \(.setting("vocabularySize")), a greater \(.setting("minimumCount")) or \(.setting("tokens", "bpe"))"
        : "choose a smaller \(.setting("hiddenSize")), \(.setting("layers")), \(.setting("batchSize")) or \(.setting("sequenceLength"))"
    )
  }
}
