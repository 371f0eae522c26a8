public import UnrollNN
public import UnrollTensor
public import UnrollText

/// A recurrent translator: sequence to sequence. One network reads a text, another one writes its counterpart.
///
/// An encoder reads the source. What it ends with becomes, layer by layer, the state that a decoder begins with
/// (Cho et al. 2014; Sutskever et al. 2014). With attention, each output of the decoder asks what was read, and a layer of tanh joins
/// both before the logits (Luong, Pham and Manning 2015, section 3). Each side has a tokenizer; a target begins and ends with reserved
/// tokens.
public struct Translator: Module {
  /// The sizes and options of a translator.
  public struct Configuration: Sendable, Hashable {
    /// What reads the source. The decoder has the same cells, layers and sizes, and reads forwards.
    public var encoder: TokenReader.Configuration
    /// How the decoder asks what was read; `nil` if it does not.
    public var attention: Attention.Score?

    /// Creates a configuration.
    public init(
      encoder: TokenReader.Configuration, attention: Attention.Score? = .additive
    ) {
      self.encoder = encoder
      self.attention = attention
    }

    var decoder: TokenReader.Configuration {
      var configuration = encoder
      configuration.isBidirectional = false
      return configuration
    }
  }

  /// The sizes and options.
  public let configuration: Configuration
  /// What makes tokens of sources.
  public let sourceTokenizer: Tokenizer
  /// What makes tokens of targets, with the reserved entries `beginning` and `end`.
  public let targetTokenizer: Tokenizer
  /// The most tokens of a target that the translator learned from; it writes at most twice as many.
  public let longestTarget: Int
  /// What reads sources.
  public var encoder: TokenReader
  /// What writes targets.
  public var decoder: TokenReader
  /// What makes the hidden state of each layer that the decoder begins with.
  public var bridge: [Linear]
  /// What makes the cell states, of an LSTM.
  public var cellBridge: [Linear]
  /// How the decoder asks what was read.
  public var attention: Attention?
  /// What joins that with the decoder's output, from M + H to H.
  public var combination: Linear?
  /// The output layer, from H to V.
  public var output: Linear

  /// Creates a translator with PyTorch's initial values, of encoder, decoder, bridges, attention, combination and output, in this order.
  ///
  /// - Throws: `ModelError` if the configuration is impossible.
  public init(
    _ configuration: Configuration, sourceTokenizer: Tokenizer, targetTokenizer: Tokenizer,
    longestTarget: Int, seed: UInt64
  ) throws {
    try Self.validate(targetTokenizer, longestTarget)
    var random = MersenneTwister(seed: seed)
    let (units, width) = (configuration.encoder.hiddenSize, configuration.encoder.outputSize)
    encoder = try TokenReader(
      configuration.encoder, vocabularySize: sourceTokenizer.vocabulary.count, using: &random)
    decoder = try TokenReader(
      configuration.decoder, vocabularySize: targetTokenizer.vocabulary.count, using: &random)
    bridge = encoder.bridges { Linear(inputSize: width, outputSize: units, using: &random) }
    cellBridge = encoder.cellBridges { Linear(inputSize: width, outputSize: units, using: &random) }
    attention = configuration.attention.map {
      Attention(
        $0, querySize: units, memorySize: width, attentionSize: units, using: &random)
    }
    combination = configuration.attention.map { _ in
      Linear(inputSize: width + units, outputSize: units, using: &random)
    }
    output = Linear(
      inputSize: units, outputSize: targetTokenizer.vocabulary.count, using: &random)
    self.configuration = configuration
    self.sourceTokenizer = sourceTokenizer
    self.targetTokenizer = targetTokenizer
    self.longestTarget = longestTarget
  }

  /// Creates a translator whose parameters are made from their shapes, in order.
  init(
    _ configuration: Configuration, sourceTokenizer: Tokenizer, targetTokenizer: Tokenizer,
    longestTarget: Int, parameter: (Shape) -> Tensor
  ) throws {
    try Self.validate(targetTokenizer, longestTarget)
    let (units, width) = (configuration.encoder.hiddenSize, configuration.encoder.outputSize)
    func linear(_ input: Int, _ output: Int, bias: Bool = true) -> Linear {
      Linear(weight: parameter([output, input]), bias: bias ? parameter([output]) : nil)
    }
    encoder = try TokenReader(
      configuration.encoder, vocabularySize: sourceTokenizer.vocabulary.count,
      parameter: parameter)
    decoder = try TokenReader(
      configuration.decoder, vocabularySize: targetTokenizer.vocabulary.count,
      parameter: parameter)
    bridge = encoder.bridges { linear(width, units) }
    cellBridge = encoder.cellBridges { linear(width, units) }
    attention = configuration.attention.map { score in
      let key = linear(width, units, bias: false)
      guard score == .additive else { return Attention(key: key) }
      return Attention(
        key: key, query: linear(units, units, bias: false), energy: linear(units, 1, bias: false))
    }
    combination = configuration.attention.map { _ in linear(width + units, units) }
    output = linear(units, targetTokenizer.vocabulary.count)
    self.configuration = configuration
    self.sourceTokenizer = sourceTokenizer
    self.targetTokenizer = targetTokenizer
    self.longestTarget = longestTarget
  }

  private static func validate(_ targets: Tokenizer, _ longest: Int) throws(ModelError) {
    try requireConfiguration(
      targets.vocabulary.token(for: .beginning) != nil
        && targets.vocabulary.token(for: .end) != nil,
      "The tokenizer of targets needs the reserved entries \"beginning\" and \"end\"")
    try requireConfiguration(
      (1...1 << 20).contains(longest),
      "The longest target has 1 ... \(1 << 20) tokens, not \(longest)")
  }

  /// The token that a target begins with.
  var beginning: Token { targetTokenizer.vocabulary.token(for: .beginning) ?? 0 }

  /// The token that a target ends with.
  var end: Token { targetTokenizer.vocabulary.token(for: .end) ?? 0 }

  /// The logits of the tokens of targets.
  ///
  /// - Parameters:
  ///   - sources: `[S, N]`.
  ///   - sourceLengths: the tokens of each of the N sources, 1 ... S. What stands past the end of a row changes nothing, not a bit.
  ///   - inputs: the tokens before those that are asked for, `[T, N]`: the beginning and a target.
  ///   - inputLengths: how many each row has, 1 ... T.
  ///   - mode: goes on with what dropout draws.
  /// - Returns: `[N, T, V]`.
  public func logits(
    of sources: Indices, sourceLengths: [Int32], inputs: Indices, inputLengths: [Int32],
    mode: inout Mode
  ) -> Tensor {
    let (memory, state) = read(sources, lengths: sourceLengths, mode: &mode)
    let written = decoder.rnn(
      dropped(decoder.input(of: inputs), mode: &mode), state: state, lengths: inputLengths,
      mode: &mode
    ).output.transposed(0, 1)
    return logits(of: written, over: memory, mode: &mode).logits
  }

  /// Reads sources: what attention looks at, and the state that the decoder begins with.
  func read(
    _ sources: Indices, lengths: [Int32], mode: inout Mode
  ) -> (memory: Attention.Memory?, state: RecurrentState) {
    let input = dropped(encoder.input(of: sources), mode: &mode)
    guard let attention else {
      return (
        nil, beginning(after: encoder.rnn.finalState(over: input, lengths: lengths, mode: &mode))
      )
    }
    let (output, state) = encoder.rnn(input, lengths: lengths, mode: &mode)
    return (attention.memory(of: output, lengths: lengths), beginning(after: state))
  }

  /// The logits `[N, T, V]` after outputs `[N, T, H]` of the decoder, and the weights of what was read, `[N, T, S]`.
  func logits(
    of written: Tensor, over memory: Attention.Memory?, mode: inout Mode
  ) -> (logits: Tensor, weights: Tensor?) {
    let dropout = Dropout(configuration.encoder.dropout)
    guard let attention, let combination, let memory else {
      return (output(dropout(written, mode: &mode)), nil)
    }
    let (context, weights) = attention(written, over: memory)
    let joined = tanh(combination(concatenate([context, written], axis: 2)))
    return (output(dropout(joined, mode: &mode)), weights)
  }

  /// The state of the decoder after the encoder has ended with another.
  private func beginning(after state: RecurrentState) -> RecurrentState {
    let directions = encoder.rnn.configuration.directionCount
    func joined(_ states: [Tensor], _ layer: Int) -> Tensor {
      concatenate(Array(states[layer * directions..<(layer + 1) * directions]), axis: 1)
    }
    let hidden = bridge.enumerated().map { tanh($1(joined(state.hidden, $0))) }
    guard !cellBridge.isEmpty else { return RecurrentState(hidden: hidden) }
    return RecurrentState(
      hidden: hidden, cell: cellBridge.enumerated().map { $1(joined(state.cell, $0)) })
  }

  private func dropped(_ input: RecurrentInput, mode: inout Mode) -> RecurrentInput {
    guard case .vectors(let x) = input else { return input }
    return .vectors(Dropout(configuration.encoder.dropout)(x, mode: &mode))
  }

  /// `encoder.…`, `decoder.…`, `bridge.0.…`, `cellBridge.0.…`, `attention.…`, `combination.…`, `fc.…`, as far as they exist.
  public mutating func forEachParameter(_ visit: (String, inout Tensor) -> Void) {
    encoder.forEachParameter(under: "encoder", visit)
    decoder.forEachParameter(under: "decoder", visit)
    for index in bridge.indices { bridge[index].forEachParameter(under: "bridge.\(index)", visit) }
    for index in cellBridge.indices {
      cellBridge[index].forEachParameter(under: "cellBridge.\(index)", visit)
    }
    attention?.forEachParameter(under: "attention", visit)
    combination?.forEachParameter(under: "combination", visit)
    output.forEachParameter(under: "fc", visit)
  }
}

extension TokenReader {
  /// A layer for each layer of the reader.
  fileprivate func bridges(_ make: () -> Linear) -> [Linear] {
    (0..<configuration.layerCount).map { _ in make() }
  }

  /// A layer for each layer of the reader that has a cell state.
  fileprivate func cellBridges(_ make: () -> Linear) -> [Linear] {
    configuration.cell == .lstm ? bridges(make) : []
  }
}
