/// How much of the text that was read the predicted tokens stand for.
///
/// Every rate of a model has its numerator and its denominator from here: they are about the same
/// tokens.
public struct PredictedText: Hashable, Sendable {
  /// The number of predicted tokens.
  public internal(set) var tokenCount = 0

  /// The number of characters that these stand for.
  public internal(set) var characterCount = 0

  /// The number of bytes that these stand for.
  public internal(set) var byteCount = 0

  /// The number of bytes of the text that no predicted token stands for.
  public internal(set) var unpredictedByteCount = 0

  /// The number of these bytes that were left out because the vocabulary does not have them.
  public internal(set) var skippedByteCount = 0

  /// Creates the counts of no text.
  public init() {}

  /// The share of the text's bytes that no predicted token stands for, from 0 to 1.
  public var unpredictedShare: Double {
    let all = byteCount + unpredictedByteCount
    return all == 0 ? 0 : Double(unpredictedByteCount) / Double(all)
  }

  /// Adds the counts of another text.
  public static func += (left: inout PredictedText, right: PredictedText) {
    left.tokenCount += right.tokenCount
    left.characterCount += right.characterCount
    left.byteCount += right.byteCount
    left.unpredictedByteCount += right.unpredictedByteCount
    left.skippedByteCount += right.skippedByteCount
  }
}

extension PredictedText {
  /// Counts a text that is read as one stream, of which the first token is not predicted.
  ///
  /// The tokens of a `Corpus` know the bytes and characters that they were made of; others count with
  /// what they decode to.
  ///
  /// - Throws: `FileError` if the tokens are in a file that cannot be read, `TextError` if they have
  ///   been damaged.
  public init(of tokens: Tokens, by tokenizer: Tokenizer) throws {
    if var reader = ExtentReader(tokens, by: tokenizer) {
      self = try reader.predictedText(of: tokens)
      return
    }
    guard tokens.count > 0 else { return }
    tokenCount = tokens.count - 1
    (characterCount, byteCount) = try tokenizer.decodedSize(of: tokens[1..<tokens.count])
    unpredictedByteCount = try tokenizer.decodedSize(of: tokens[0..<1]).bytes
  }

  /// Counts documents, of each of which the first token is not predicted.
  ///
  /// The token of an end of a line stands for the line end. What lies before a document and belongs to
  /// none counts with it.
  ///
  /// - Throws: what counting a stream throws.
  public init(of documents: Documents, by tokenizer: Tokenizer) throws {
    guard var reader = ExtentReader(documents.tokens, by: tokenizer) else { return }
    for index in documents.inOrderOfCorpus {
      self += try reader.predictedText(of: documents[index])
    }
  }
}
