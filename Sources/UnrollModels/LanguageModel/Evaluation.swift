internal import UnrollTensor
public import UnrollText

#if canImport(Darwin)
import Darwin
#elseif canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

/// How well a model predicted a text: everything but its first token.
public struct Evaluation: Sendable, Hashable {
  /// The loss of all predicted tokens together, in nats.
  public fileprivate(set) var totalNats = 0.0
  /// The predicted tokens.
  public fileprivate(set) var tokenCount = 0
  /// The characters that these stand for.
  public fileprivate(set) var characterCount = 0
  /// The bytes of UTF-8 that these stand for.
  public fileprivate(set) var byteCount = 0

  /// Creates an evaluation of nothing.
  public init() {}

  /// The mean loss in nats per token.
  public var loss: Double { totalNats / Double(tokenCount) }
  /// The loss in bits per character: what tokenizers can be compared by, within a script.
  public var bitsPerCharacter: Double { totalNats / log(2.0) / Double(characterCount) }
  /// The loss in bits per byte of UTF-8: what all tokenizers can be compared by.
  public var bitsPerByte: Double { totalNats / log(2.0) / Double(byteCount) }
  /// e to the power of the loss: among how many equally likely tokens the model is in doubt.
  public var perplexity: Double { exp(loss) }

  /// Adds the counts of another text.
  public static func += (left: inout Evaluation, right: Evaluation) {
    left.totalNats += right.totalNats
    left.tokenCount += right.tokenCount
    left.characterCount += right.characterCount
    left.byteCount += right.byteCount
  }
}

extension EvaluationBatches {
  /// The batches that a text is evaluated in: up to 64 streams at once, each of which starts 512 tokens early, so that the
  /// loss is that of one long stream up to a few thousandths.
  ///
  /// - Throws: `TextError` if there are fewer than two tokens.
  public init(evaluating tokens: Tokens, vocabularySize: Int) throws {
    try self.init(
      tokens: tokens, batchSize: max(1, min(rowsToEvaluate(vocabularySize), tokens.count / 1024)),
      sequenceLength: stepsToEvaluate, warmUp: 512)
  }
}

private let stepsToEvaluate = 128

/// As many rows at once as keep the logits of a window to 256 MB, at most 64.
private func rowsToEvaluate(_ vocabularySize: Int) -> Int {
  min(64, max(1, (1 << 26) / (stepsToEvaluate * vocabularySize)))
}

extension DocumentBatches {
  /// The batches that documents are evaluated in, each from its beginning, those of about the same length at once.
  ///
  /// - Throws: `TextError` if no document has two tokens.
  public init(evaluating documents: Documents, vocabularySize: Int) throws {
    try self.init(
      documents, batchSize: rowsToEvaluate(vocabularySize), sequenceLength: stepsToEvaluate,
      seed: nil)
  }
}

extension LanguageModel {
  /// How well the model predicts documents, each from its beginning, their ends included.
  ///
  /// - Throws: `TextError` if no document has two tokens, `FileError` if they cannot be read.
  public func evaluation(of documents: Documents) throws -> Evaluation {
    var evaluation = Evaluation()
    (evaluation.totalNats, evaluation.tokenCount) = try totalLoss(
      over: DocumentBatches(evaluating: documents, vocabularySize: tokenizer.vocabulary.count))
    for index in 0..<documents.count {
      let size = try tokenizer.decodedSize(of: documents[index])
      evaluation.characterCount += size.characters
      evaluation.byteCount += size.bytes
    }
    return evaluation
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
    let (nats, count) = try totalLoss(
      over: EvaluationBatches(evaluating: tokens, vocabularySize: tokenizer.vocabulary.count))
    let size = try tokenizer.decodedSize(of: tokens[1..<tokens.count])
    var evaluation = Evaluation()
    evaluation.totalNats = nats
    evaluation.tokenCount = count
    evaluation.characterCount = size.characters
    evaluation.byteCount = size.bytes
    return evaluation
  }
}
