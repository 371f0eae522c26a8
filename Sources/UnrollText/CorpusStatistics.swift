/// What is in a corpus, for a reader who has to choose settings and to find surprises.
public struct CorpusStatistics: Hashable, Sendable {
  /// The number of bytes of the UTF-8.
  public let bytes: Int

  /// The number of Swift characters.
  public let characters: Int

  /// The number of tokens to predict: those of all documents, without what comes before them.
  public let tokens: Int

  /// How often each token of the vocabulary occurs.
  public let counts: [Int]

  /// The lengths of the documents in tokens to predict, in ascending order.
  public let documentLengths: [Int]

  /// What the text would cost if every token were drawn for itself, in bits per character.
  public let unigramEntropy: Double

  /// What the text would cost if every token were drawn by the one before it, in bits per character.
  ///
  /// The counts are those of the text itself, so that with many rare pairs this is far too good.
  public let bigramEntropy: Double

  /// The lines and what they end with.
  public let lines: Lines

  /// How often each control character occurs (category Cc) other than tab and line ends.
  public let controlCharacters: [Unicode.Scalar: Int]

  /// The number of files that begin with a byte order mark, U+FEFF.
  public let byteOrderMarks: Int

  /// The number of distinct tokens that occur.
  public var distinctTokens: Int { counts.count { $0 > 0 } }

  /// The tokens that occur the least, the rarest first, equals in the order of the vocabulary.
  public func rarestTokens(_ limit: Int) -> [Token] {
    let occurring = counts.indices.filter { counts[$0] > 0 }
    return occurring.sorted { (counts[$0], $0) < (counts[$1], $1) }.prefix(limit).map(Token.init)
  }

  /// How many lines there are, of which kind.
  public struct Lines: Hashable, Sendable {
    /// The number of lines, the last one included even if nothing ends it.
    public internal(set) var count = 0
    /// The number of lines that end with a line feed alone.
    public internal(set) var lineFeeds = 0
    /// The number of lines that end with a carriage return alone.
    public internal(set) var carriageReturns = 0
    /// The number of lines that end with a carriage return and a line feed.
    public internal(set) var both = 0
    /// The number of lines, not counting empty ones, that are the same as an earlier line.
    public internal(set) var duplicates = 0

    /// Whether lines end in more than one way.
    public var areMixed: Bool { [lineFeeds, carriageReturns, both].count { $0 > 0 } > 1 }
  }

  /// Counts what is in a corpus, and in its documents.
  ///
  /// Throws `TextError` naming file, line and column of what the tokenizer does not know.
  public init(of corpus: Corpus, by unit: DocumentUnit, tokenizer: Tokenizer) throws {
    var text = TextCounts()
    for file in corpus.files { text.add(file.text) }
    let documents = try Documents(corpus, by: unit, tokenizer: tokenizer)
    var tokens = TokenCounts(vocabularySize: tokenizer.vocabulary.count)
    for index in 0..<documents.count {
      tokens.add(documents[index], given: documents.haveBeginning ? 1 : 0)
    }
    bytes = text.bytes
    characters = text.characters
    lines = text.lines
    controlCharacters = text.controlCharacters
    byteOrderMarks = text.byteOrderMarks
    self.tokens = tokens.total
    counts = tokens.counts
    documentLengths = tokens.lengths.sorted()
    unigramEntropy = tokens.unigramBits / Double(max(1, characters))
    bigramEntropy = tokens.bigramBits / Double(max(1, characters))
  }
}
