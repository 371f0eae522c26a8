/// Texts that have nothing to do with each other, as tokens.
///
/// A document begins with the reserved entry `beginning` (without one, `end`) and ends with `end`,
/// where the vocabulary has them.
public struct Documents: Sendable {
  /// All documents of the corpus, one after the other.
  package let tokens: Tokens

  /// Whether a reserved entry stands before each document.
  let haveBeginning: Bool

  private let ends: DocumentEnds
  private let selection: Selection

  /// Which documents of the corpus these are.
  private enum Selection: Sendable {
    case range(Range<Int>)
    case drawn(ArraySlice<UInt32>)
  }

  private init(
    tokens: Tokens, ends: DocumentEnds, selection: Selection, haveBeginning: Bool
  ) {
    self.tokens = tokens
    self.ends = ends
    self.selection = selection
    self.haveBeginning = haveBeginning
  }

  /// Cuts a corpus into documents and encodes them; documents without a token are left out.
  ///
  /// Throws `TextError` naming file, line and column of what the tokenizer does not know or of what
  /// is not UTF-8, and `FileError` if a file cannot be read or has changed, or there is no room.
  public init(
    _ corpus: Corpus, by unit: DocumentUnit, tokenizer: Tokenizer,
    _ processing: CorpusProcessing = CorpusProcessing()
  ) throws {
    let (tokens, ends) = try CorpusEncoder(corpus, by: tokenizer, unit: unit, processing).row()
    let found = ends ?? DocumentEnds()
    guard UInt32(exactly: found.count) != nil else {
      throw TextError(
        .tooLong, "\(found.count) documents are too many: cut the corpus into fewer and longer ones"
      )
    }
    self.init(
      tokens: tokens, ends: found, selection: .range(0..<found.count),
      haveBeginning: tokenizer.boundaries.first != nil)
  }

  /// The number of documents.
  public var count: Int {
    switch selection {
    case .range(let range): range.count
    case .drawn(let numbers): numbers.count
    }
  }

  /// The number of tokens to predict: all but the first of each document.
  public var targetCount: Int {
    (0..<count).reduce(0) { $0 + max(0, range(of: $1).count - 1) }
  }

  /// The tokens of a document.
  public subscript(index: Int) -> Tokens {
    guard (0..<count).contains(index) else {
      fatalError("Document \(index) is not among the \(count) documents.")
    }
    return tokens[range(of: index)]
  }

  /// The places of a document's tokens in those of the corpus.
  package func range(of index: Int) -> Range<Int> {
    switch selection {
    case .range(let range): ends.range(of: range.lowerBound + index)
    case .drawn(let numbers): ends.range(of: Int(numbers[numbers.startIndex + index]))
    }
  }

  /// The documents, those first that come first in the corpus.
  var inOrderOfCorpus: [Int] {
    switch selection {
    case .range: Array(0..<count)
    case .drawn(let numbers):
      (0..<count).sorted { numbers[numbers.startIndex + $0] < numbers[numbers.startIndex + $1] }
    }
  }

  /// The parts of a split: whole documents in their order, or drawn by a seed.
  public func parts(
    of split: Split, seed: UInt64? = nil
  ) -> (training: Documents, validation: Documents, test: Documents) {
    let parts = split.parts(of: count)
    var order: [UInt32] = []
    if let seed {
      order = (0..<UInt32(count)).map { number(of: $0) }
      var generator = OrderGenerator(seed: seed, purpose: .splitting)
      order.shuffleReproducibly(using: &generator)
    }
    func part(_ range: Range<Int>) -> Documents {
      let part: Selection
      if seed != nil {
        part = .drawn(order[range])
      } else {
        switch selection {
        case .range(let all):
          part = .range(all.lowerBound + range.lowerBound..<all.lowerBound + range.upperBound)
        case .drawn(let all):
          part = .drawn(all.dropFirst(range.lowerBound).prefix(range.count))
        }
      }
      return Documents(tokens: tokens, ends: ends, selection: part, haveBeginning: haveBeginning)
    }
    return (part(parts.training), part(parts.validation), part(parts.test))
  }

  /// The number of a document in the corpus.
  private func number(of index: UInt32) -> UInt32 {
    switch selection {
    case .range(let range): UInt32(range.lowerBound) + index
    case .drawn(let numbers): numbers[numbers.startIndex + Int(index)]
    }
  }
}
