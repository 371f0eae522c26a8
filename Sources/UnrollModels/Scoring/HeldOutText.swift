public import UnrollText

#if canImport(Darwin)
import Darwin
#elseif canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

/// A text that a model is measured on and does not learn from.
///
/// A stream is read as up to 64 rows at once, each of which starts 512 tokens early, so that the loss is that of one long
/// stream up to a few thousandths. Documents are each read from their beginning.
public struct HeldOutText: Sendable {
  /// The steps of a window, T.
  private static let sequenceLength = 128

  let batches: any LocatedBatches
  let content: Content

  enum Content {
    case stream(Tokens)
    case documents(Documents)
  }

  /// How much of the text the predicted tokens stand for.
  public let text: PredictedText

  /// Takes a text that is read as one stream.
  ///
  /// - Throws: `TextError` if there are fewer than two tokens, `FileError` if they cannot be read.
  public init(_ tokens: Tokens, tokenizer: Tokenizer) throws {
    content = .stream(tokens)
    let most = Self.mostRows(tokenizer.vocabulary.count)
    batches = try EvaluationBatches(
      tokens: tokens, batchSize: max(1, min(most, tokens.count / 1024)),
      sequenceLength: Self.sequenceLength, warmUp: 512)
    text = try PredictedText(of: tokens, by: tokenizer)
  }

  /// Takes documents.
  ///
  /// - Throws: `TextError` if no document has two tokens, `FileError` if they cannot be read.
  public init(_ documents: Documents, tokenizer: Tokenizer) throws {
    content = .documents(documents)
    batches = try DocumentBatches(
      documents, batchSize: Self.mostRows(tokenizer.vocabulary.count),
      sequenceLength: Self.sequenceLength, seed: nil)
    text = try PredictedText(of: documents, by: tokenizer)
  }

  /// As many rows at once as keep the logits of a window to 256 MB, at most 64.
  private static func mostRows(_ vocabularySize: Int) -> Int {
    min(64, max(1, (1 << 26) / (sequenceLength * vocabularySize)))
  }

  /// How well a model predicts the text.
  ///
  /// - Parameters:
  ///   - model: the model.
  ///   - onProgress: is told the share of the text that has been read, from 0 to 1.
  ///   - shouldStop: is asked before each window whether to give up.
  /// - Returns: `nil` if `shouldStop` said so.
  /// - Throws: `FileError` if the text cannot be read, `TextError` if it has been damaged.
  public func evaluation(
    of model: LanguageModel, onProgress: (_ share: Double) -> Void = { _ in },
    shouldStop: () -> Bool = { false }
  ) throws -> Evaluation? {
    let loss = try model.totalLoss(over: batches, onProgress: onProgress, shouldStop: shouldStop)
    guard let loss else { return nil }
    guard loss.count == text.tokenCount else {
      fatalError("The batches have \(loss.count) targets and the text \(text.tokenCount).")
    }
    return Evaluation(totalNats: loss.nats, of: text)
  }

  /// A mean loss in nats per token as bits per byte, which can be compared between all kinds of tokens.
  public func bitsPerByte(_ loss: Double) -> Double {
    Evaluation(totalNats: loss * Double(text.tokenCount), of: text).bitsPerByte
  }
}
