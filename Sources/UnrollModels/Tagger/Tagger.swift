public import UnrollNN
public import UnrollTensor
public import UnrollText

/// A recurrent tagger: many to many, with another alphabet. From all words of a sentence, the logits of the tag of each.
///
/// A word is what a ``TokenReader`` makes of its characters, beside a vector of its own if it is known (Ling et al. 2015; Lample et al.
/// 2016). Recurrent layers read the words in both directions, and a linear layer makes logits of what they put out.
public struct Tagger: Module {
  /// The sizes and options of a tagger.
  public struct Configuration: Sendable, Hashable {
    /// What makes a vector of the characters of a word.
    public var characters: TokenReader.Configuration
    /// The size of a known word's own vector.
    public var wordSize: Int
    /// The layers that read words; their embedding is that of the words.
    public var sentence: TokenReader.Configuration

    /// Creates a configuration.
    ///
    /// - Parameters:
    ///   - cell: the kind of cell of all layers.
    ///   - layerCount: the layers that read words.
    ///   - hiddenSize: their units in each direction.
    ///   - wordSize: the size of a known word's own vector.
    ///   - characterSize: the size of a character's vector.
    ///   - characterHiddenSize: the units in each direction of the layer that reads characters.
    ///   - dropout: the dropout probability of words, between layers, and before the output.
    public init(
      cell: RecurrentCell, layerCount: Int = 1, hiddenSize: Int, wordSize: Int,
      characterSize: Int, characterHiddenSize: Int, dropout: Float = 0
    ) {
      characters = TokenReader.Configuration(
        cell: cell, hiddenSize: characterHiddenSize, embeddingSize: characterSize)
      self.wordSize = wordSize
      sentence = TokenReader.Configuration(
        cell: cell, layerCount: layerCount, hiddenSize: hiddenSize,
        embeddingSize: wordSize + characters.outputSize, dropout: dropout)
    }
  }

  /// The sizes and options.
  public let configuration: Configuration
  /// What makes characters of words.
  public let tokenizer: Tokenizer
  /// The W words that have a vector of their own.
  public let words: [String]
  /// The names of the K tags.
  public let tags: [String]
  /// What reads the characters of a word.
  public var characters: TokenReader
  /// The vectors of unknown words (the first) and of the known ones, `[W + 1, wordSize]`.
  public var embedding: Embedding
  /// The layers that read words.
  public var rnn: RecurrentStack
  /// The output layer.
  public var output: Linear
  private let numbers: WordNumbers

  /// Creates a tagger with PyTorch's initial values, of the characters, the words, the layers and the output, in this order.
  ///
  /// - Throws: `ModelError` if the configuration is impossible.
  public init(
    _ configuration: Configuration, tokenizer: Tokenizer, words: [String], tags: [String],
    seed: UInt64
  ) throws {
    try Self.validate(configuration, words, tags)
    var random = MersenneTwister(seed: seed)
    characters = try TokenReader(
      configuration.characters, vocabularySize: tokenizer.vocabulary.count, using: &random)
    embedding = Embedding(
      vocabularySize: words.count + 1, embeddingSize: configuration.wordSize, using: &random)
    rnn = RecurrentStack(configuration.sentence.stack(vocabularySize: 0), using: &random)
    output = Linear(
      inputSize: configuration.sentence.outputSize, outputSize: tags.count, using: &random)
    self.configuration = configuration
    self.tokenizer = tokenizer
    self.words = words
    self.tags = tags
    numbers = WordNumbers(words)
  }

  /// Creates a tagger whose parameters are made from their shapes, in order.
  init(
    _ configuration: Configuration, tokenizer: Tokenizer, words: [String], tags: [String],
    parameter: (Shape) -> Tensor
  ) throws {
    try Self.validate(configuration, words, tags)
    characters = try TokenReader(
      configuration.characters, vocabularySize: tokenizer.vocabulary.count, parameter: parameter)
    embedding = Embedding(weight: parameter([words.count + 1, configuration.wordSize]))
    rnn = RecurrentStack(configuration.sentence.stack(vocabularySize: 0), parameter: parameter)
    output = Linear(
      weight: parameter([tags.count, configuration.sentence.outputSize]),
      bias: parameter([tags.count]))
    self.configuration = configuration
    self.tokenizer = tokenizer
    self.words = words
    self.tags = tags
    numbers = WordNumbers(words)
  }

  private static func validate(
    _ configuration: Configuration, _ words: [String], _ tags: [String]
  ) throws(ModelError) {
    try configuration.characters.validate()
    try configuration.sentence.validate()
    try requireConfiguration(
      (1...1 << 20).contains(configuration.wordSize),
      "The size of a word's vector is 1 ... \(1 << 20), not \(configuration.wordSize)")
    try requireConfiguration(
      tags.count >= 2, "A tagger needs two tags at least, not \(tags.count)")
    try requireConfiguration(
      Set(tags).count == tags.count && Set(words).count == words.count,
      "A tagger has each tag and each word once")
  }

  /// The number of a word among the vectors; 0 if it is not known.
  func number(of word: String) -> Int32 { numbers.numbers[word] ?? 0 }

  /// The logits of the tags.
  ///
  /// - Parameters:
  ///   - sentences: N sentences of up to T words. What stands past the end of a row changes nothing, not a bit.
  ///   - mode: goes on with what dropout draws.
  /// - Returns: `[T, N, K]`.
  public func logits(of sentences: Sentences, mode: inout Mode) -> Tensor {
    let x = Dropout(configuration.sentence.dropout)(
      vectors(of: sentences, mode: &mode), mode: &mode)
    return logits(of: x, lengths: sentences.lengths, mode: &mode)
  }

  /// The vectors of words, `[T, N, D]`: what their characters make, and their own.
  func vectors(of sentences: Sentences, mode: inout Mode) -> Tensor {
    let read = characters.rnn.finalState(
      over: characters.input(of: sentences.characters), lengths: sentences.characterCounts,
      mode: &mode)
    let vectors = concatenate(
      [characters.rnn.topHidden(of: read), embedding(sentences.wordNumbers)], axis: 1)
    return UnrollTensor.embedding(vectors, sentences.places)
  }

  /// The logits `[T, N, K]` of the tags of words with these vectors, `[T, N, D]`.
  func logits(of vectors: Tensor, lengths: [Int32], mode: inout Mode) -> Tensor {
    let result = rnn(.vectors(vectors), lengths: lengths, mode: &mode)
    return output(Dropout(configuration.sentence.dropout)(result.output, mode: &mode))
  }

  /// `characters.…`, `embedding.weight`, `rnn.…`, `fc.weight`, `fc.bias`.
  public mutating func forEachParameter(_ visit: (String, inout Tensor) -> Void) {
    characters.forEachParameter(under: "characters", visit)
    embedding.forEachParameter(under: "embedding", visit)
    rnn.forEachParameter(under: "rnn", visit)
    output.forEachParameter(under: "fc", visit)
  }
}

/// The numbers of words, shared by all copies of a model.
private final class WordNumbers: Sendable {
  let numbers: [String: Int32]

  init(_ words: [String]) {
    numbers = Dictionary(uniqueKeysWithValues: words.enumerated().map { ($1, Int32($0) + 1) })
  }
}
