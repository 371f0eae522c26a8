import Unroll
import UnrollModels
import UnrollText

extension HeldOutText {
  /// Takes a part of the texts of a training run.
  init(_ part: TrainingTexts.Part, _ tokenizer: Tokenizer) throws {
    switch part {
    case .stream(let tokens): try self.init(tokens, tokenizer: tokenizer)
    case .documents(let documents): try self.init(documents, tokenizer: tokenizer)
    }
  }

  /// The mean loss of a model in nats per token.
  func loss(of model: LanguageModel) throws -> Double {
    try evaluation(of: model)?.loss ?? .nan
  }
}
