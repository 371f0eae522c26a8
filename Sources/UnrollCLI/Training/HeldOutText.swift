import Unroll
import UnrollModels
import UnrollText

#if canImport(Darwin)
import Darwin
#elseif canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

/// A text that a model is measured on and does not learn from.
struct HeldOutText {
  private let batches: any BatchSource
  /// The number of tokens to predict for each byte of the text.
  private let tokensPerByte: Double

  init(_ part: TrainingTexts.Part, _ tokenizer: Tokenizer) throws {
    switch part {
    case .stream(let tokens):
      batches = try EvaluationBatches(
        evaluating: tokens, vocabularySize: tokenizer.vocabulary.count)
      let bytes = try tokenizer.decodedSize(of: tokens[1..<tokens.count]).bytes
      tokensPerByte = Double(tokens.count - 1) / Double(max(bytes, 1))
    case .documents(let documents):
      batches = try DocumentBatches(
        evaluating: documents, vocabularySize: tokenizer.vocabulary.count)
      var bytes = 0
      for index in 0..<documents.count {
        bytes += try tokenizer.decodedSize(of: documents[index]).bytes
      }
      tokensPerByte = Double(documents.targetCount) / Double(max(bytes, 1))
    }
  }

  /// The mean loss of a model in nats per token.
  func loss(of model: LanguageModel) throws -> Double {
    let (nats, count) = try model.totalLoss(over: batches)
    return nats / Double(count)
  }

  /// A loss in bits per byte, which can be compared between all kinds of tokens.
  func bitsPerByte(_ loss: Double) -> Double { loss * tokensPerByte / log(2.0) }
}
