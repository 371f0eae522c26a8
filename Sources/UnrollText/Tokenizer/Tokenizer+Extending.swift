extension TokenizerSettings {
  /// The settings of a tokenizer, to learn another one like it from another text.
  ///
  /// How many entries it may have, and how often a piece has to occur, a tokenizer does not keep:
  /// there is no limit, but for byte pairs, which get as many entries.
  public init(of tokenizer: Tokenizer) {
    self.init(
      kind: tokenizer.kind,
      vocabularySize: tokenizer.kind == .bpe ? tokenizer.vocabulary.count : nil,
      unknown: tokenizer.unknown, reserved: Set(tokenizer.vocabulary.reserved),
      normalization: tokenizer.normalization, lowercase: tokenizer.lowercase,
      lineEnds: tokenizer.lineEnds, removesByteOrderMark: tokenizer.removesByteOrderMark)
  }
}

extension Tokenizer {
  /// This tokenizer with more entries: those that another one has and this one lacks come after its
  /// own, so that a model can go on with a text of other pieces and forgets none.
  ///
  /// Where text without a token is no error here, it has an answer already, and byte pairs have a
  /// token for every text: there the vocabulary stays, but for the reserved entries.
  ///
  /// - Throws: `TextError` if the tokens are of another kind, or prepared in another way.
  public func extended(by other: Tokenizer) throws -> Tokenizer {
    guard kind == other.kind else {
      throw TextError(
        .invalidDescription,
        "a vocabulary of \(kind) cannot be extended by one of \(other.kind): choose the same kind of token"
      )
    }
    guard preparation == other.preparation else {
      throw TextError(
        .invalidDescription,
        "a vocabulary cannot be extended by one of text that is made lower case or normalised in another way: choose the same"
      )
    }
    var description = description
    description.reserved = Set(vocabulary.reserved).union(other.vocabulary.reserved)
    if unknown == .error, kind != .bpe {
      description.entries += other.vocabulary.entries.filter { vocabulary.token(for: $0) == nil }
    }
    return try Tokenizer(description)
  }
}
