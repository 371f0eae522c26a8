public import UnrollNN
public import UnrollTensor
public import UnrollText

/// A recurrent model of text: from the tokens so far, the logits of the next one.
///
/// Tokens go as one-hot vectors or through an embedding into recurrent layers, and the last layer's output through a linear
/// layer, with dropout before it. It carries its tokenizer, so that a model file is all that generating needs.
public struct LanguageModel: Module {
  /// The sizes and options of a model.
  public struct Configuration: Sendable, Hashable {
    /// The kind of cell.
    public var cell: RecurrentCell
    /// L, the recurrent layers.
    public var layerCount: Int
    /// H, the units of each layer.
    public var hiddenSize: Int
    /// E, the size of a token's vector; 0 for one-hot input.
    public var embeddingSize: Int
    /// The dropout probability between the layers and before the output.
    public var dropout: Float
    /// Whether the output uses the vectors of the embedding (Press and Wolf 2017; Inan et al. 2017); needs E = H.
    public var tiesWeights: Bool
    /// What else keeps the model from learning its texts by heart.
    public var regularization = Regularization()

    /// Creates a configuration.
    public init(
      cell: RecurrentCell, layerCount: Int = 1, hiddenSize: Int, embeddingSize: Int = 0,
      dropout: Float = 0,
      tiesWeights: Bool = false
    ) {
      self.cell = cell
      self.layerCount = layerCount
      self.hiddenSize = hiddenSize
      self.embeddingSize = embeddingSize
      self.dropout = dropout
      self.tiesWeights = tiesWeights
    }

    /// - Throws: `ModelError` if a size is out of range or options contradict each other.
    func validate() throws(ModelError) {
      try requireSizes(
        layers: layerCount, hidden: hiddenSize, embedding: embeddingSize, dropout: dropout)
      try requireConfiguration(
        !tiesWeights || embeddingSize == hiddenSize,
        "Tied weights need an embedding size equal to the hidden size, not \(embeddingSize) and \(hiddenSize)"
      )
      let problem = regularization.problem
      try requireConfiguration(problem == nil, problem ?? "")
      try requireConfiguration(
        regularization.embeddingDropout == 0 || embeddingSize > 0,
        "Embedding dropout needs an embedding: one-hot input has none")
    }
  }

  /// The sizes and options.
  public let configuration: Configuration
  /// What makes tokens of text and text of tokens.
  public let tokenizer: Tokenizer
  /// The vectors of the tokens, unless the input is one-hot.
  public private(set) var embedding: Embedding?
  /// The recurrent layers.
  public private(set) var rnn: RecurrentStack
  /// The output layer's weight `[V, H]`, unless it is the embedding's.
  private var outputWeight: Tensor?
  /// The output layer's bias, `[V]`.
  private(set) var outputBias: Tensor

  /// Creates a model with the initial values that PyTorch draws after `torch.manual_seed(seed)` for an `nn.Embedding`, the
  /// recurrent layers and an `nn.Linear`, in this order.
  ///
  /// - Throws: `ModelError` if the configuration is impossible.
  public init(_ configuration: Configuration, tokenizer: Tokenizer, seed: UInt64) throws {
    try configuration.validate()
    var random = MersenneTwister(seed: seed)
    let vocabularySize = tokenizer.vocabulary.count
    let embedding =
      configuration.embeddingSize == 0
      ? nil
      : Embedding(
        vocabularySize: vocabularySize, embeddingSize: configuration.embeddingSize, using: &random)
    let rnn = RecurrentStack(configuration.stack(vocabularySize: vocabularySize), using: &random)
    let output = Linear(
      inputSize: rnn.configuration.outputSize, outputSize: vocabularySize, using: &random)
    self.init(configuration, tokenizer, embedding, rnn, output)
  }

  /// Creates a model whose parameters are made from their shapes, in order.
  init(
    _ configuration: Configuration, tokenizer: Tokenizer, parameter: (Shape) -> Tensor
  ) throws {
    try configuration.validate()
    let vocabularySize = tokenizer.vocabulary.count
    let embedding =
      configuration.embeddingSize == 0
      ? nil : Embedding(weight: parameter([vocabularySize, configuration.embeddingSize]))
    let rnn = RecurrentStack(
      configuration.stack(vocabularySize: vocabularySize), parameter: parameter)
    outputWeight =
      configuration.tiesWeights ? nil : parameter([vocabularySize, rnn.configuration.outputSize])
    outputBias = parameter([vocabularySize])
    self.configuration = configuration
    self.tokenizer = tokenizer
    self.embedding = embedding
    self.rnn = rnn
  }

  /// The number of trainable numbers of a model, found without making it.
  ///
  /// - Throws: `ModelError` if the configuration is impossible.
  package static func parameterCount(
    _ configuration: Configuration, tokenizer: Tokenizer
  ) throws -> Int {
    try UnrollModels.parameterCount {
      try LanguageModel(configuration, tokenizer: tokenizer, parameter: $0)
    }
  }

  private init(
    _ configuration: Configuration, _ tokenizer: Tokenizer, _ embedding: Embedding?,
    _ rnn: RecurrentStack,
    _ output: Linear
  ) {
    self.configuration = configuration
    self.tokenizer = tokenizer
    self.embedding = embedding
    self.rnn = rnn
    outputWeight = configuration.tiesWeights ? nil : output.weight
    outputBias = output.bias ?? Tensor(zeros: [tokenizer.vocabulary.count])
  }

  /// `embedding.weight`, `rnn.…`, `fc.weight`, `fc.bias`, as far as they exist.
  public mutating func forEachParameter(_ visit: (String, inout Tensor) -> Void) {
    embedding?.forEachParameter(under: "embedding", visit)
    rnn.forEachParameter(under: "rnn", visit)
    outputWeight.visit("fc.weight", visit)
    visit("fc.bias", &outputBias)
  }

  /// Zeros for N texts.
  public func initialState(batchSize: Int) -> RecurrentState {
    rnn.initialState(batchSize: batchSize)
  }

  /// The logits of the token after each of the given ones, in evaluation.
  ///
  /// - Parameters:
  ///   - tokens: `[T, N]`.
  ///   - state: what came before; afterwards, what the next tokens go on from.
  ///   - lengths: the steps of each of the N rows; all T when absent.
  /// - Returns: `[T, N, V]`.
  public func logits(
    after tokens: Indices, state: inout RecurrentState, lengths: [Int32]? = nil
  ) -> Tensor {
    var mode = Mode.evaluation
    return logits(after: tokens, state: &state, lengths: lengths, mode: &mode)
  }

  /// The logits of the token after each of the given ones, in training with dropout.
  ///
  /// - Parameters:
  ///   - tokens: `[T, N]`.
  ///   - state: what came before; afterwards, what the next tokens go on from.
  ///   - lengths: the steps of each of the N rows; all T when absent.
  ///   - mode: goes on with what dropout draws.
  /// - Returns: `[T, N, V]`.
  public func logits(
    after tokens: Indices, state: inout RecurrentState, lengths: [Int32]? = nil,
    mode: inout Mode
  ) -> Tensor {
    logits(of: output(after: tokens, state: &state, lengths: lengths, mode: &mode).dropped)
  }

  /// The last layer's output `[T, N, H]`, and what dropout leaves of it.
  func output(
    after tokens: Indices, state: inout RecurrentState, lengths: [Int32]? = nil,
    mode: inout Mode
  ) -> (whole: Tensor, dropped: Tensor) {
    let result = rnn(input(of: tokens, mode: &mode), state: state, lengths: lengths, mode: &mode)
    state = result.state.detached()
    let dropout = Dropout(
      configuration.dropout, isVariational: configuration.regularization.isDropoutVariational)
    return (result.output, dropout(result.output, mode: &mode))
  }

  /// The logits `[…, V]` of outputs `[…, H]` of the last layer.
  func logits(of output: Tensor) -> Tensor {
    linear(output, weight: usedOutputWeight, bias: outputBias)
  }

  /// The output layer's weight `[V, H]`, which may be the embedding's.
  var usedOutputWeight: Tensor {
    guard let weight = outputWeight ?? embedding?.weight else {
      fatalError("A model without an output weight")
    }
    return weight
  }

  /// What the first layer reads for tokens `[T, N]`.
  func input(of tokens: Indices) -> RecurrentInput {
    guard tokens.shape.count == 2 else {
      fatalError("A language model reads tokens [T, N], not \(tokens.shape)")
    }
    return embedding.map { .vectors($0(tokens)) } ?? .oneHot(tokens)
  }

  /// The same, in training without the tokens that are dropped.
  private func input(of tokens: Indices, mode: inout Mode) -> RecurrentInput {
    let probability = configuration.regularization.embeddingDropout
    guard let embedding, probability > 0, case .training = mode else { return input(of: tokens) }
    let kept = Dropout(probability)(
      Tensor(repeating: 1, shape: [embedding.weight.shape[0], 1]), mode: &mode)
    return .vectors(Embedding(weight: embedding.weight * kept)(tokens))
  }

  /// Draws all parameters anew.
  public mutating func initialize(_ values: InitialValues, seed: UInt64) {
    var random = MersenneTwister(seed: seed)
    initialize(values, using: &random)
  }

  /// Sets the bias of an LSTM's forget gates.
  ///
  /// - Throws: `ModelError` if the model is no LSTM.
  public mutating func setForgetBias(_ value: Float) throws(ModelError) {
    try requireConfiguration(
      configuration.cell == .lstm,
      "Only an LSTM has the bias of a forget gate, not \(configuration.cell.name)")
    rnn.setForgetBias(value)
  }
}

extension LanguageModel.Configuration {
  fileprivate func stack(vocabularySize: Int) -> RecurrentStack.Configuration {
    var stack = RecurrentStack.Configuration(
      cell: cell, inputSize: embeddingSize > 0 ? embeddingSize : vocabularySize,
      hiddenSize: hiddenSize,
      layerCount: layerCount, dropout: dropout)
    stack.isDropoutVariational = regularization.isDropoutVariational
    stack.weightDropout = regularization.weightDropout
    return stack
  }
}
