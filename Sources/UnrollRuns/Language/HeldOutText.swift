internal import UnrollModels
internal import UnrollText

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
  private let tokensPerByte: Double

  init(_ part: TextPart, _ tokenizer: Tokenizer) throws {
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

  func evaluation(of model: LanguageModel, _ progress: (Double) -> Bool) throws -> (
    loss: Double, bitsPerByte: Double
  )? {
    let (nats, count) = try model.totalLoss(over: batches)
    let loss = nats / Double(count)
    return (loss, loss * tokensPerByte / log(2.0))
  }
}
