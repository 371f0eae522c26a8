import Unroll
import UnrollModels
import UnrollTensor
import UnrollText
import UnrollTraining

/// The texts of a training run as tokens, cut into batches.
struct LanguageData {
  let corpus: Corpus
  /// The separate text for validation, if there is one.
  let validationCorpus: Corpus?
  let tokenizer: Tokenizer
  let training: StreamBatches
  let validation: EvaluationBatches?

  /// What is counted, for instance `characters`.
  var unit: String { tokenizer.kind == .bpe ? "tokens" : tokenizer.kind.rawValue }

  /// Reads the texts; learns the tokenizer from them if none is given.
  init(reading command: TrainCommand, tokenizer known: Tokenizer? = nil) throws {
    let processing = CorpusProcessing(isQuiet: command.quiet)
    corpus = try Corpus(reading: command.corpus)
    validationCorpus = try command.validation.map { try Corpus(reading: [$0]) }
    let corpora = [corpus] + (validationCorpus.map { [$0] } ?? [])
    try command.checkOutputs(spare: corpora.flatMap(\.files))
    if !command.quiet { corpora.forEach(Self.mentionSkipped) }
    tokenizer =
      try known ?? Tokenizer(learning: command.tokens.settings, from: corpora, processing)
    let tokens = try corpus.tokens(by: tokenizer, processing)
    let parts = try Self.parts(of: tokens.count, isSplit: validationCorpus == nil, command)
    training = try Self.batches(of: tokens[parts.training], command)
    let held = try validationCorpus?.tokens(by: tokenizer, processing) ?? tokens[parts.validation]
    validation = try Self.validationBatches(
      of: held, isWanted: command.validationFraction != 0, command)
  }

  private static func mentionSkipped(of corpus: Corpus) {
    guard let first = corpus.skipped.first else { return }
    let others = corpus.skipped.count - 1
    Console.message(
      "warning: left out '\(first)'"
        + (others > 0 ? " and \(countText(others, "other file")) that are" : ", which is")
        + " no UTF-8 text")
  }

  /// What to train and what to validate on, as ranges of tokens.
  private static func parts(
    of count: Int, isSplit: Bool, _ command: TrainCommand
  ) throws -> Split.Parts {
    guard count >= 2 else {
      throw TextError(
        .tooSmall,
        "\(command.corpus.map { "'\($0)'" }.joined(separator: ", ")): a text of one token leaves nothing to predict; give more text"
      )
    }
    let fraction = isSplit ? command.validationFraction ?? 0.1 : 0
    let parts = try Split(validationFraction: fraction).parts(of: count)
    if parts.training.count >= 2 { return parts }
    guard command.validationFraction == nil else {
      throw TextError(
        .tooSmall,
        "--validation-fraction \(fraction) leaves \(parts.training.count) of \(groupedText(count)) tokens for training, "
          + "and at least 2 are needed: choose a smaller one")
    }
    return try Split(validationFraction: 0).parts(of: count)
  }

  /// The batches of the wished shape, or smaller ones if the text is short.
  private static func batches(
    of tokens: Tokens, _ command: TrainCommand
  ) throws -> StreamBatches {
    let wished = (command.batchSize, command.sequenceLength)
    let shape =
      StreamBatches.fit(tokens.count, batchSize: wished.0, sequenceLength: wished.1) ?? wished
    if shape != wished, !command.quiet {
      Console.message(
        "warning: \(groupedText(tokens.count)) tokens are too few for a batch of \(wished.0) × \(wished.1); "
          + "training with \(shape.0) × \(shape.1)")
    }
    return try StreamBatches(tokens: tokens, batchSize: shape.0, sequenceLength: shape.1)
  }

  private static func validationBatches(
    of tokens: Tokens, isWanted: Bool, _ command: TrainCommand
  ) throws -> EvaluationBatches? {
    guard isWanted else { return nil }
    guard tokens.count >= 2 else {
      if !command.quiet {
        Console.message("warning: too little text to keep some for validation; there will be none")
      }
      return nil
    }
    return try EvaluationBatches(evaluating: tokens)
  }
}
