extension Corpus {
  /// All texts, one after the other, as one stream of tokens.
  ///
  /// Those of a large corpus are in a file: of the cache, if there is one and it can be used.
  ///
  /// Throws `TextError` naming file, line and column of what the tokenizer does not know or of what
  /// is not UTF-8, and `FileError` if a file cannot be read or has changed, or there is no room.
  public func tokens(
    by tokenizer: Tokenizer, _ processing: CorpusProcessing = CorpusProcessing()
  ) throws -> Tokens {
    try CorpusEncoder(self, by: tokenizer, unit: nil, processing).row().tokens
  }

  /// How many tokens the texts make; nothing is kept of them.
  ///
  /// Throws as making them does.
  package func tokenCount(
    by tokenizer: Tokenizer, _ processing: CorpusProcessing = CorpusProcessing()
  ) throws -> Int {
    try CorpusEncoder(self, by: tokenizer, unit: nil, processing).tokenCount()
  }
}
