import Unroll
import UnrollModels
import UnrollText
import UnrollTraining

/// The texts of a training run as tokens, cut into batches.
struct LanguageData {
  let tokenizer: Tokenizer
  let training: StreamBatches
  let validation: EvaluationBatches?

  /// What is counted, for instance `characters`.
  var unit: String { tokenizer.kind == .bpe ? "tokens" : tokenizer.kind.rawValue }

  /// Reads the texts; learns the tokenizer from them if none is given.
  init(reading command: TrainCommand, tokenizer known: Tokenizer? = nil) throws {
    let corpus = try Corpus(reading: command.corpus)
    let separate = try command.validation.map { try Corpus(reading: [$0]) }
    let files = corpus.files + (separate?.files ?? [])
    try command.checkOutputs(spare: files)
    tokenizer =
      try known ?? Tokenizer(learning: command.tokens.settings, from: files.map(\.text))
    let tokens = try corpus.tokens(by: tokenizer)
    let parts = try Self.parts(of: tokens.count, isSplit: separate == nil, command)
    training = try Self.batches(of: tokens[parts.training], command)
    let held = try separate?.tokens(by: tokenizer)[...] ?? tokens[parts.validation]
    validation = try Self.validationBatches(
      of: held, isWanted: command.validationFraction != 0, command)
  }

  /// What to train and what to validate on, as ranges of tokens.
  private static func parts(
    of count: Int, isSplit: Bool, _ command: TrainCommand
  ) throws -> Split.Parts {
    guard count >= 2 else {
      throw TextError(
        .tooSmall,
        "\(command.corpus.joined(separator: ", ")): a text of one token leaves nothing to predict; give more text"
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
    of tokens: ArraySlice<Token>, _ command: TrainCommand
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
    of tokens: ArraySlice<Token>, isWanted: Bool, _ command: TrainCommand
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
