internal import UnrollModels
internal import UnrollText

/// One text, or texts that have nothing to do with each other.
enum TextPart: Sendable {
  case stream(Tokens)
  case documents(Documents)

  /// Reads a corpus as one stream, or as documents.
  init(
    _ corpus: Corpus, _ tokenizer: Tokenizer, _ unit: DocumentUnit?,
    _ processing: CorpusProcessing
  ) throws {
    if let unit {
      self = .documents(try Documents(corpus, by: unit, tokenizer: tokenizer, processing))
    } else {
      self = .stream(try corpus.tokens(by: tokenizer, processing))
    }
  }

  /// The documents, if this is not one stream.
  var documents: Documents? {
    if case .documents(let documents) = self { documents } else { nil }
  }

  /// Whether there is something to predict.
  var isLargeEnough: Bool {
    switch self {
    case .stream(let tokens): tokens.count >= 2
    case .documents(let documents): documents.targetCount > 0
    }
  }

  /// The number of tokens.
  var count: Int {
    switch self {
    case .stream(let tokens): tokens.count
    case .documents(let documents): (0..<documents.count).reduce(0) { $0 + documents[$1].count }
    }
  }

  /// The part as a text that a model is measured on.
  func heldOut(by tokenizer: Tokenizer) throws -> HeldOutText {
    switch self {
    case .stream(let tokens): try HeldOutText(tokens, tokenizer: tokenizer)
    case .documents(let documents): try HeldOutText(documents, tokenizer: tokenizer)
    }
  }

  /// How much of the text the tokens to predict stand for.
  func predicted(by tokenizer: Tokenizer) throws -> PredictedText {
    switch self {
    case .stream(let tokens): try PredictedText(of: tokens, by: tokenizer)
    case .documents(let documents): try PredictedText(of: documents, by: tokenizer)
    }
  }

  /// The parts of a split: a stream's in order, documents drawn by the seed.
  func parts(of split: Split, seed: UInt64) -> (training: Self, validation: Self, test: Self) {
    switch self {
    case .stream(let tokens):
      let parts = split.parts(of: tokens.count)
      return (
        .stream(tokens[parts.training]), .stream(tokens[parts.validation]),
        .stream(tokens[parts.test])
      )
    case .documents(let documents):
      let parts = documents.parts(of: split, seed: seed)
      return (.documents(parts.training), .documents(parts.validation), .documents(parts.test))
    }
  }
}
