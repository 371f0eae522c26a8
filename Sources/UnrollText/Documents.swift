/// Texts that have nothing to do with each other, as tokens.
///
/// A document begins with the reserved entry `beginning` (without one, `end`) and ends with `end`,
/// where the vocabulary has them.
public struct Documents: Sendable {
  let tokens: [Token]
  let ranges: [Range<Int>]

  /// Whether a reserved entry stands before each document.
  let haveBeginning: Bool

  private init(tokens: [Token], ranges: [Range<Int>], haveBeginning: Bool) {
    self.tokens = tokens
    self.ranges = ranges
    self.haveBeginning = haveBeginning
  }

  /// Cuts a corpus into documents and encodes them; documents without a token are left out.
  ///
  /// Throws `TextError` naming file, line and column of what the tokenizer does not know.
  public init(_ corpus: Corpus, by unit: DocumentUnit, tokenizer: Tokenizer) throws {
    let end = tokenizer.vocabulary.token(for: .end)
    let beginning = tokenizer.vocabulary.token(for: .beginning) ?? end
    var encoder = try TextEncoder(tokenizer)
    var tokens: [Token] = []
    var ranges: [Range<Int>] = []
    func append(_ text: String, from source: String, line: Int) throws {
      let start = tokens.count
      if let beginning { tokens.append(beginning) }
      let textStart = tokens.count
      try encoder.encode(text, from: source, line: line, into: &tokens)
      guard tokens.count > textStart else {
        tokens.removeSubrange(start...)
        return
      }
      if let end { tokens.append(end) }
      ranges.append(start..<tokens.count)
    }
    for file in corpus.files {
      switch unit {
      case .files: try append(file.text, from: file.path, line: 1)
      case .lines:
        var text = file.text
        var line = 0
        try text.withUTF8 { utf8 in
          try LineSegmentation.forEachLine(in: utf8) { range, _ in
            line += 1
            try append(String(decoding: utf8[range], as: UTF8.self), from: file.path, line: line)
          }
        }
      }
    }
    self.init(tokens: tokens, ranges: ranges, haveBeginning: beginning != nil)
  }

  /// The number of documents.
  public var count: Int { ranges.count }

  /// The tokens of a document.
  public subscript(index: Int) -> ArraySlice<Token> { tokens[ranges[index]] }

  /// The parts of a split: whole documents in their order, or drawn by a seed.
  public func parts(
    of split: Split, seed: UInt64? = nil
  ) -> (training: Documents, validation: Documents, test: Documents) {
    var order = ranges
    if let seed {
      var generator = SplitMix64(seed: seed)
      order.shuffleReproducibly(using: &generator)
    }
    let parts = split.parts(of: count)
    func part(_ range: Range<Int>) -> Documents {
      Documents(tokens: tokens, ranges: Array(order[range]), haveBeginning: haveBeginning)
    }
    return (part(parts.training), part(parts.validation), part(parts.test))
  }
}
