import Unroll
import UnrollModels
import UnrollText

/// The texts of a training run, cut into batches.
struct LanguageData {
  let texts: TrainingTexts
  let training: any BatchSource
  let validation: HeldOutText?
  let test: HeldOutText?

  var tokenizer: Tokenizer { texts.tokenizer }

  /// What is counted, for instance `characters`.
  var unit: String { tokenizer.tokenName }

  /// The texts that the model learns from, if these are documents.
  var documents: Documents? {
    if case .documents(let documents) = texts.training { documents } else { nil }
  }

  init(_ texts: TrainingTexts, _ command: TrainCommand) throws {
    self.texts = texts
    switch texts.training {
    case .stream(let tokens): training = try Self.streams(of: tokens, command)
    case .documents(let documents):
      training = try DocumentBatches(
        documents, batchSize: command.batchSize, sequenceLength: command.sequenceLength,
        seed: command.optimizer.seed)
    }
    validation = try texts.validation.map { try HeldOutText($0, texts.tokenizer) }
    test = try texts.test.map { try HeldOutText($0, texts.tokenizer) }
  }

  /// The batches of the wished shape, or smaller ones if the text is short.
  private static func streams(of tokens: Tokens, _ command: TrainCommand) throws -> StreamBatches {
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
}
