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

  /// The lengths of the documents in tokens to predict.
  public let documentLengths: DocumentLengths

  /// What of the text a model of these tokens predicts: all but the first token of each document.
  public let predicted: PredictedText

  /// What the predicted tokens would cost if each were drawn for itself, in bits per character that
  /// they stand for, as an evaluation counts them; `nil` if these are none.
  public let unigramEntropy: Double?

  /// What the predicted tokens would cost if each were drawn by the one before it, in bits per
  /// character that they stand for.
  ///
  /// The counts are those of the text itself, so that with many rare pairs this is far too good; it is
  /// `nil` if there are more than four million distinct pairs, or no predicted characters.
  public let bigramEntropy: Double?

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
    /// The number of lines, not counting empty ones, that are the same as an earlier line; an
    /// estimate where there are more than a million distinct ones.
    public internal(set) var duplicates = 0

    /// Whether lines end in more than one way.
    public var areMixed: Bool { [lineFeeds, carriageReturns, both].count { $0 > 0 } > 1 }
  }

  /// Counts what is in a corpus, and in its documents, in memory that does not grow with it.
  ///
  /// Bytes, characters, lines and marks are those of the text as it was read.
  ///
  /// Throws what `Documents` throws.
  public init(
    of corpus: Corpus, by unit: DocumentUnit, tokenizer: Tokenizer,
    _ processing: CorpusProcessing = CorpusProcessing()
  ) throws {
    var text = TextCounts()
    var reader = ChunkReader(
      corpus.files, cut: .characters, blockSize: processing.blockSize, otherwise: .scalars)
    while let chunk = try reader.next() {
      try chunk.withText(of: corpus.files[chunk.file]) {
        text.add($0, isFirst: chunk.offset == 0, isLast: chunk.isLast)
      }
    }
    let documents = try Documents(corpus, by: unit, tokenizer: tokenizer, processing)
    var tokens = TokenCounts(vocabularySize: tokenizer.vocabulary.count)
    for index in 0..<documents.count {
      try tokens.add(documents[index], given: documents.haveBeginning ? 1 : 0)
    }
    bytes = text.bytes
    characters = text.characters
    lines = text.lines
    controlCharacters = text.controlCharacters
    byteOrderMarks = text.byteOrderMarks
    self.tokens = tokens.lengths.total
    counts = tokens.counts
    documentLengths = tokens.lengths
    let predicted = try PredictedText(of: documents, by: tokenizer)
    self.predicted = predicted
    func perCharacter(_ bits: Double?) -> Double? {
      predicted.characterCount == 0 ? nil : bits.map { $0 / Double(predicted.characterCount) }
    }
    unigramEntropy = perCharacter(tokens.unigramBits)
    bigramEntropy = perCharacter(tokens.bigramBits)
  }
}
