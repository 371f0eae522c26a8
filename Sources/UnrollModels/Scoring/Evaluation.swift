public import UnrollText

#if canImport(Darwin)
import Darwin
#elseif canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

/// How well a model predicted a text.
public struct Evaluation: Sendable, Hashable {
  /// The loss of all predicted tokens together, in nats.
  public private(set) var totalNats: Double
  /// What was predicted of the text.
  public private(set) var text: PredictedText

  /// Creates an evaluation, by default of nothing.
  ///
  /// - Parameters:
  ///   - totalNats: the loss of all predicted tokens together.
  ///   - text: what these tokens stand for.
  public init(totalNats: Double = 0, of text: PredictedText = PredictedText()) {
    self.totalNats = totalNats
    self.text = text
  }

  /// The mean loss in nats per token.
  public var loss: Double { totalNats / Double(text.tokenCount) }
  /// The loss in bits per character of the text that was read: what tokenizers can be compared by, within a script.
  public var bitsPerCharacter: Double { totalNats / natsPerBit / Double(text.characterCount) }
  /// The loss in bits per byte of the text that was read: what all tokenizers can be compared by.
  public var bitsPerByte: Double { totalNats / natsPerBit / Double(text.byteCount) }
  /// e to the power of the loss: among how many equally likely tokens the model is in doubt.
  public var perplexity: Double { exp(loss) }

  /// Adds the evaluation of another text.
  public static func += (left: inout Evaluation, right: Evaluation) {
    left.totalNats += right.totalNats
    left.text += right.text
  }
}

extension LanguageModel {
  /// How well the model predicts documents, each from its beginning, their ends included.
  ///
  /// - Throws: `TextError` if no document has two tokens, `FileError` if they cannot be read.
  public func evaluation(of documents: Documents) throws -> Evaluation {
    try HeldOutText(documents, tokenizer: tokenizer).evaluation(of: self) ?? Evaluation()
  }

  /// How well the model predicts a text, read as one stream.
  ///
  /// - Throws: `TextError` if the text has less than two tokens or something that the vocabulary lacks,
  ///   `FileError` if it cannot be read.
  public func evaluation(
    of corpus: Corpus, _ processing: CorpusProcessing = CorpusProcessing()
  ) throws -> Evaluation {
    try evaluation(of: corpus.tokens(by: tokenizer, processing))
  }

  /// How well the model predicts tokens, read as one stream.
  ///
  /// - Throws: `TextError` if there are fewer than two, `FileError` if they cannot be read.
  public func evaluation(of tokens: Tokens) throws -> Evaluation {
    try HeldOutText(tokens, tokenizer: tokenizer).evaluation(of: self) ?? Evaluation()
  }
}
