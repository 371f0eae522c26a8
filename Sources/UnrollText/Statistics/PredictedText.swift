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
  /// - Throws: `FileError` if the tokens are in a file that cannot be read, `TextError` if they have
  ///   been damaged.
  public init(of tokens: Tokens, by tokenizer: Tokenizer) throws {
    let size = try tokenizer.decodedSize(of: tokens[min(1, tokens.count)..<tokens.count])
    tokenCount = max(0, tokens.count - 1)
    (characterCount, byteCount) = size
  }

  /// Counts documents, of each of which the first token is not predicted.
  ///
  /// - Throws: what counting a stream throws.
  public init(of documents: Documents, by tokenizer: Tokenizer) throws {
    for index in 0..<documents.count { self += try Self(of: documents[index], by: tokenizer) }
  }
}
