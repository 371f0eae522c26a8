import Unroll
import UnrollModels
import UnrollText

/// The texts of a training run as tokens, in parts that have nothing in common.
struct TrainingTexts {
  let processing: CorpusProcessing
  let corpus: Corpus
  /// The separate text for validation, if there is one.
  let validationCorpus: Corpus?
  let tokenizer: Tokenizer
  let training: Part
  let validation: Part?
  let test: Part?

  /// One text, or texts that have nothing to do with each other.
  enum Part {
    case stream(Tokens)
    case documents(Documents)

    /// The number of documents, if this is not one stream.
    var documentCount: Int? {
      if case .documents(let documents) = self { documents.count } else { nil }
    }

    /// Whether there is something to predict.
    var isLargeEnough: Bool {
      switch self {
      case .stream(let tokens): tokens.count >= 2
      case .documents(let documents): documents.targetCount > 0
      }
    }

    /// The parts of a split: a stream's in order, documents drawn by the seed.
    func parts(of split: Split, seed: UInt64) -> (training: Part, validation: Part, test: Part) {
      switch self {
      case .stream(let tokens):
        let parts = split.parts(of: tokens.count)
        return (
          .stream(tokens[parts.training]), .stream(tokens[parts.validation]),
          .stream(tokens[parts.test])
        )
      case .documents(let documents):
        let parts = documents.parts(of: split, seed: seed)
        return (
          .documents(parts.training), .documents(parts.validation), .documents(parts.test)
        )
      }
    }

    /// The number of tokens.
    var count: Int {
      switch self {
      case .stream(let tokens): tokens.count
      case .documents(let documents): (0..<documents.count).reduce(0) { $0 + documents[$1].count }
      }
    }
  }

  /// Reads the texts; learns the tokenizer from them if none is given.
  init(reading command: TrainCommand, tokenizer known: Tokenizer?) throws {
    let processing = CorpusProcessing(isQuiet: command.quiet)
    self.processing = processing
    corpus = try command.reading.corpus(command.corpus, isQuiet: command.quiet)
    validationCorpus = try command.validation.map {
      try command.reading.corpus([$0], isQuiet: command.quiet)
    }
    let corpora = [corpus] + (validationCorpus.map { [$0] } ?? [])
    try command.checkOutputs(spare: corpora.flatMap(\.files))
    let tokenizer =
      try known
      ?? Tokenizer(
        learning: command.tokenizerSettings, from: corpora, by: command.documents.unit, processing)
    let parts = try Self.parts(of: corpus, tokenizer, command, processing)
    self.tokenizer = tokenizer
    training = parts.training
    test = parts.test
    validation =
      try validationCorpus.map { try Self.whole($0, tokenizer, command, processing) }
      ?? parts.validation
  }

  private static func whole(
    _ corpus: Corpus, _ tokenizer: Tokenizer, _ command: TrainCommand,
    _ processing: CorpusProcessing
  ) throws -> Part {
    guard let unit = command.documents.unit else {
      return .stream(try corpus.tokens(by: tokenizer, processing))
    }
    return .documents(try Documents(corpus, by: unit, tokenizer: tokenizer, processing))
  }

  private static func parts(
    of corpus: Corpus, _ tokenizer: Tokenizer, _ command: TrainCommand,
    _ processing: CorpusProcessing
  ) throws -> (training: Part, validation: Part?, test: Part?) {
    let all = try whole(corpus, tokenizer, command, processing)
    guard all.count >= 2 else {
      throw TextError(
        .tooSmall,
        "\(command.corpus.map { "'\($0)'" }.joined(separator: ", ")): a text of \(all.count == 1 ? "one token" : "no token") leaves nothing to predict; give more text"
      )
    }
    // A loss is exact enough after a million tokens.
    let usual = command.validation == nil ? min(0.1, 1e6 / Double(all.count)) : 0
    let fraction = command.validationFraction ?? usual
    let split = try Split(validationFraction: fraction, testFraction: command.testFraction)
    let parts = all.parts(of: split, seed: command.optimizer.seed)
    guard parts.training.isLargeEnough else {
      try command.checkFractions(leaving: parts.training.count, of: all.count)
      warnOfNothing(for: "validation", command)
      return (all, nil, nil)
    }
    func wanted(_ part: Part, _ fraction: Double, for purpose: String) -> Part? {
      guard fraction > 0 else { return nil }
      if !part.isLargeEnough { warnOfNothing(for: purpose, command) }
      return part.isLargeEnough ? part : nil
    }
    return (
      parts.training, wanted(parts.validation, fraction, for: "validation"),
      wanted(parts.test, command.testFraction, for: "testing")
    )
  }

  private static func warnOfNothing(for purpose: String, _ command: TrainCommand) {
    guard !command.quiet else { return }
    Console.message("warning: too little text to keep some for \(purpose); there will be none")
  }
}
