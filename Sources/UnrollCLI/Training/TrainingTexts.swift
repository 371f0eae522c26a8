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
    let validationFraction = command.validation == nil ? command.validationFraction ?? 0.1 : 0
    let split = try Split(
      validationFraction: validationFraction, testFraction: command.testFraction)
    switch try whole(corpus, tokenizer, command, processing) {
    case .stream(let tokens):
      guard tokens.count >= 2 else {
        throw TextError(
          .tooSmall,
          "\(command.corpus.map { "'\($0)'" }.joined(separator: ", ")): a text of one token leaves nothing to predict; give more text"
        )
      }
      let parts = split.parts(of: tokens.count)
      func part(_ range: Range<Int>, _ name: String, isWanted: Bool) -> Part? {
        guard isWanted else { return nil }
        if range.count < 2 { warnOfNothing(for: name, command) }
        return range.count < 2 ? nil : .stream(tokens[range])
      }
      guard parts.training.count >= 2 else {
        try command.checkFractions(leaving: parts.training.count, of: tokens.count)
        warnOfNothing(for: "validation", command)
        return (.stream(tokens), nil, nil)
      }
      return (
        .stream(tokens[parts.training]),
        part(parts.validation, "validation", isWanted: validationFraction > 0),
        part(parts.test, "testing", isWanted: command.testFraction > 0)
      )
    case .documents(let documents):
      let parts = documents.parts(of: split, seed: command.optimizer.seed)
      func part(_ part: Documents, _ name: String, isWanted: Bool) -> Part? {
        guard isWanted else { return nil }
        if part.count == 0 { warnOfNothing(for: name, command) }
        return part.count == 0 ? nil : .documents(part)
      }
      return (
        .documents(parts.training),
        part(parts.validation, "validation", isWanted: validationFraction > 0),
        part(parts.test, "testing", isWanted: command.testFraction > 0)
      )
    }
  }

  private static func warnOfNothing(for purpose: String, _ command: TrainCommand) {
    guard !command.quiet else { return }
    Console.message("warning: too little text to keep some for \(purpose); there will be none")
  }
}
