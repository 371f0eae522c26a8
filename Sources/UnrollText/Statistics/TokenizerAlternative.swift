/// What a kind of token would make of a corpus.
public struct TokenizerAlternative: Sendable {
  /// The kind of token.
  public let kind: TokenizerKind
  /// The sizes, or why the text cannot be cut into such tokens.
  public let outcome: Result<Sizes, TextError>

  /// How much a corpus is in tokens.
  public struct Sizes: Hashable, Sendable {
    /// The number of distinct tokens.
    public let vocabularySize: Int
    /// The number of tokens.
    public let tokenCount: Int
  }

  /// What each kind of token would make of a corpus that is read alike.
  ///
  /// - Parameters:
  ///   - corpus: the texts.
  ///   - settings: how they are read, and for byte pairs how many there are; 1,000 where the settings are of another kind.
  ///   - processing: how the corpus is processed.
  /// - Throws: `FileError` if a text cannot be read, `TextError` if it is no text.
  public static func all(
    for corpus: Corpus, settings: TokenizerSettings,
    _ processing: CorpusProcessing = CorpusProcessing()
  ) throws -> [TokenizerAlternative] {
    try TokenizerKind.allCases.map { kind in
      var other = TokenizerSettings(
        kind: kind, normalization: settings.normalization, lowercase: settings.lowercase,
        lineEnds: settings.lineEnds, removesByteOrderMark: settings.removesByteOrderMark)
      if kind == .bpe {
        other.vocabularySize = settings.kind == .bpe ? settings.vocabularySize : 1000
      }
      do {
        let tokenizer = try Tokenizer(learning: other, from: [corpus], processing)
        let sizes = Sizes(
          vocabularySize: tokenizer.vocabulary.count,
          tokenCount: try corpus.tokenCount(by: tokenizer, processing))
        return TokenizerAlternative(kind: kind, outcome: .success(sizes))
      } catch let error as TextError where error.code == .tooLong {
        return TokenizerAlternative(kind: kind, outcome: .failure(error))
      }
    }
  }
}
