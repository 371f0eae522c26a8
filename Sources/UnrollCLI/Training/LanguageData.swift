import Unroll
import UnrollModels
import UnrollText
import UnrollTraining

/// The texts of a training run as tokens, cut into batches.
struct LanguageData {
  let tokenizer: Tokenizer
  let training: StreamBatches
  let validation: EvaluationBatches?

  init(reading command: TrainCommand) throws {
    let corpus = try Corpus(reading: command.corpus)
    let separate = try command.validation.map { try Corpus(reading: [$0]) }
    let texts = (corpus.files + (separate?.files ?? [])).map(\.text)
    tokenizer = try Tokenizer(learning: command.tokens.settings, from: texts)
    let tokens = try corpus.tokens(by: tokenizer)
    let fraction = separate == nil ? command.validationFraction ?? 0.1 : 0
    let parts = try Split(validationFraction: fraction).parts(of: tokens.count)
    training = try Self.batches(of: tokens[parts.training], command)
    let held = try separate?.tokens(by: tokenizer)[...] ?? tokens[parts.validation]
    validation = try Self.validationBatches(
      of: held, isWanted: fraction > 0 || separate != nil, command)
  }

  /// The batches of the wished shape, or smaller ones if the text is short.
  private static func batches(of tokens: ArraySlice<Token>, _ command: TrainCommand) throws
    -> StreamBatches
  {
    let wished = (command.batchSize, command.sequenceLength)
    let shape =
      StreamBatches.fit(tokens.count, batchSize: wished.0, sequenceLength: wished.1) ?? wished
    if shape != wished, !command.quiet {
      Console.message(
        "warning: \(tokens.count) tokens are too few for a batch of \(wished.0) × \(wished.1); training with \(shape.0) × \(shape.1)"
      )
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
