public import UnrollNN
public import UnrollTensor

/// Recurrent layers that read the tokens of a text, forwards or in both directions: what a model of whole texts begins with.
///
/// Tokens go as one-hot vectors or through an embedding into the layers, with dropout between these and after them.
public struct TokenReader: Module {
  /// The sizes and options of a reader.
  public struct Configuration: Sendable, Hashable {
    /// The kind of cell.
    public var cell: RecurrentCell
    /// L, the recurrent layers.
    public var layerCount: Int
    /// H, the units of each layer in each direction.
    public var hiddenSize: Int
    /// E, the size of a token's vector; 0 for one-hot input.
    public var embeddingSize: Int
    /// The dropout probability between the layers and after them.
    public var dropout: Float
    /// Whether a second set of layers reads from the end.
    public var isBidirectional: Bool

    /// Creates a configuration.
    public init(
      cell: RecurrentCell, layerCount: Int = 1, hiddenSize: Int, embeddingSize: Int = 0,
      dropout: Float = 0, isBidirectional: Bool = true
    ) {
      self.cell = cell
      self.layerCount = layerCount
      self.hiddenSize = hiddenSize
      self.embeddingSize = embeddingSize
      self.dropout = dropout
      self.isBidirectional = isBidirectional
    }

    /// D: what is put out at each step.
    public var outputSize: Int { hiddenSize * (isBidirectional ? 2 : 1) }
  }

  /// The sizes and options.
  public let configuration: Configuration
  /// The vectors of the tokens, unless the input is one-hot.
  public var embedding: Embedding?
  /// The recurrent layers.
  public var rnn: RecurrentStack

  /// Creates a reader of V tokens with PyTorch's initial values, of the embedding and then of the layers.
  ///
  /// - Throws: `ModelError` if the configuration is impossible.
  public init(
    _ configuration: Configuration, vocabularySize: Int, using random: inout MersenneTwister
  ) throws {
    try configuration.validate()
    self.configuration = configuration
    embedding =
      configuration.embeddingSize == 0
      ? nil
      : Embedding(
        vocabularySize: vocabularySize, embeddingSize: configuration.embeddingSize, using: &random)
    rnn = RecurrentStack(configuration.stack(vocabularySize: vocabularySize), using: &random)
  }

  /// Creates a reader whose parameters are made from their shapes, in order.
  init(
    _ configuration: Configuration, vocabularySize: Int, parameter: (Shape) -> Tensor
  ) throws {
    try configuration.validate()
    self.configuration = configuration
    embedding =
      configuration.embeddingSize == 0
      ? nil : Embedding(weight: parameter([vocabularySize, configuration.embeddingSize]))
    rnn = RecurrentStack(
      configuration.stack(vocabularySize: vocabularySize), parameter: parameter)
  }

  /// Reads texts.
  ///
  /// - Parameters:
  ///   - tokens: `[T, N]`.
  ///   - lengths: the steps of each of the N rows, 1 ... T. What stands past the end of a row changes nothing.
  ///   - mode: goes on with what dropout draws.
  /// - Returns: the last layer's output `[T, N, D]`.
  public func callAsFunction(_ tokens: Indices, lengths: [Int32], mode: inout Mode) -> Tensor {
    self(input(of: tokens), lengths: lengths, mode: &mode)
  }

  /// Reads vectors in the place of tokens: `[T, N, E]`, or `[T, N, V]` where the input is one-hot.
  func callAsFunction(
    _ input: RecurrentInput, lengths: [Int32], mode: inout Mode
  ) -> Tensor {
    rnn(input, lengths: lengths, mode: &mode).output
  }

  /// What the first layer reads for tokens `[T, N]`.
  func input(of tokens: Indices) -> RecurrentInput {
    embedding.map { .vectors($0(tokens)) } ?? .oneHot(tokens)
  }

  /// `embedding.weight` if there is one, `rnn.…`.
  public mutating func forEachParameter(_ visit: (String, inout Tensor) -> Void) {
    embedding?.forEachParameter(under: "embedding", visit)
    rnn.forEachParameter(under: "rnn", visit)
  }
}

extension TokenReader.Configuration {
  /// - Throws: `ModelError` if a size is out of range.
  func validate() throws(ModelError) {
    try requireSizes(
      layers: layerCount, hidden: hiddenSize, embedding: embeddingSize, dropout: dropout)
  }

  func stack(vocabularySize: Int) -> RecurrentStack.Configuration {
    RecurrentStack.Configuration(
      cell: cell, inputSize: embeddingSize > 0 ? embeddingSize : vocabularySize,
      hiddenSize: hiddenSize, layerCount: layerCount, dropout: dropout,
      isBidirectional: isBidirectional)
  }
}
