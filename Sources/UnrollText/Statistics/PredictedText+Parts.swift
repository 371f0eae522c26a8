extension PredictedText {
  /// Counts parts of a row of tokens, which come in order: of each, all tokens but the first are predicted.
  ///
  /// - Throws: what counting a stream throws.
  package static func counts(
    of parts: [Range<Int>], in tokens: Tokens, by tokenizer: Tokenizer
  ) throws -> [PredictedText] {
    guard var reader = ExtentReader(tokens, by: tokenizer) else {
      return try parts.map { try PredictedText(of: tokens[$0], by: tokenizer) }
    }
    return try parts.map { try reader.predictedText(of: tokens[$0]) }
  }
}
