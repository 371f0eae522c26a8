public import UnrollTensor

/// Recurrent layers of one kind on top of each other, as PyTorch's `nn.RNN`, `nn.LSTM` and `nn.GRU`.
///
/// `RNN`, `LSTM` and `GRU` are this with the options that make sense for the cell; use it directly where the cell is chosen at
/// run time. Inputs and outputs are time-major.
public struct RecurrentStack: RecurrentLayer {
  /// What it is made of.
  public let configuration: Configuration
  /// The parameters of each layer and within it each direction.
  public var weights: [RecurrentWeights]

  /// Itself.
  public var stack: RecurrentStack {
    get { self }
    set { self = newValue }
  }

  /// Creates layers with PyTorch's initial values: all uniform within ±1/√H, drawn in the order of the parameters.
  public init(_ configuration: Configuration, using random: inout MersenneTwister) {
    let bound = 1 / Double(configuration.hiddenSize).squareRoot()
    self.init(configuration) { .uniform($0, within: bound, using: &random) }
  }

  /// Creates layers whose parameters are made from their shapes, in order.
  package init(_ configuration: Configuration, parameter: (Shape) -> Tensor) {
    let c = configuration
    c.requireSense()
    self.configuration = configuration
    let gateRows = c.cell.gateCount * c.hiddenSize
    weights = []
    for layer in 0..<c.layerCount {
      for _ in 0..<c.directionCount {
        var layerWeights = RecurrentWeights(
          input: parameter([gateRows, layer == 0 ? c.inputSize : c.outputSize]),
          recurrent: parameter([gateRows, c.stateSize]))
        if c.hasBias {
          layerWeights.inputBias = parameter([gateRows])
          layerWeights.recurrentBias = parameter([gateRows])
        }
        if c.projectionSize > 0 {
          layerWeights.projection = parameter([c.projectionSize, c.hiddenSize])
        }
        weights.append(layerWeights)
      }
    }
  }

  /// Zeros for N rows.
  public func initialState(batchSize: Int) -> RecurrentState {
    RecurrentState(
      hidden: Array(
        repeating: Tensor(zeros: [batchSize, configuration.stateSize]), count: weights.count),
      cell: Array(
        repeating: Tensor(zeros: [batchSize, configuration.cellSize]), count: weights.count))
  }

  /// Runs all layers over sequences.
  ///
  /// - Parameters:
  ///   - input: `[T, N, D]`, or tokens `[T, N]` that stand for one-hot vectors.
  ///   - state: where the rows go on from; zeros when absent.
  ///   - lengths: the steps of each of the N rows, 1 ... T; all T when absent. Past its end a row's output is zero.
  ///   - mode: in training, dropout between the layers draws from its stream.
  /// - Returns: the last layer's output, `[T, N, P]` or, both directions side by side, `[T, N, 2 P]`, and each row's state
  ///   after its own last step (for the backward direction: after its first).
  public func callAsFunction(
    _ input: RecurrentInput, state: RecurrentState? = nil, lengths: [Int32]? = nil,
    mode: inout Mode
  ) -> (output: Tensor, state: RecurrentState) {
    input.requireSequence(inputSize: configuration.inputSize)
    let state = state ?? initialState(batchSize: input.shape[1])
    requireFit(state, rows: input.shape[1])
    let betweenLayers = Dropout(configuration.dropout)
    var layerInput = input
    var final = state
    func run(_ layer: Int, isBackward: Bool) -> Tensor {
      let index = layer * configuration.directionCount + (isBackward ? 1 : 0)
      let result = recurrentSequence(
        configuration.cell, isBackward ? layerInput.reversedInTime(lengths: lengths) : layerInput,
        weights[index],
        initialHidden: state.hidden[index], initialCell: state.cell[index], lengths: lengths)
      final.hidden[index] = result.hidden
      final.cell[index] = result.cell
      return isBackward ? result.output.reversedInTime(lengths: lengths) : result.output
    }
    func run(_ layer: Int) -> Tensor {
      let output = run(layer, isBackward: false)
      guard configuration.directionCount == 2 else { return output }
      return concatenate([output, run(layer, isBackward: true)], axis: 2)
    }
    var output = run(0)
    for layer in 1..<configuration.layerCount {
      layerInput = .vectors(betweenLayers(output, mode: &mode))
      output = run(layer)
    }
    return (output, final)
  }

  /// `weight_ih_l0`, `weight_hh_l0`, `bias_ih_l0`, `bias_hh_l0`, `weight_hr_l0`, then those of `l0_reverse`, `l1`, …
  public mutating func forEachParameter(_ visit: (String, inout Tensor) -> Void) {
    for index in weights.indices {
      let layer = index / configuration.directionCount
      let suffix = "l\(layer)" + (index % configuration.directionCount == 1 ? "_reverse" : "")
      visit("weight_ih_\(suffix)", &weights[index].input)
      visit("weight_hh_\(suffix)", &weights[index].recurrent)
      weights[index].inputBias.visit("bias_ih_\(suffix)", visit)
      weights[index].recurrentBias.visit("bias_hh_\(suffix)", visit)
      weights[index].projection.visit("weight_hr_\(suffix)", visit)
    }
  }
}

extension RecurrentInput {
  fileprivate func reversedInTime(lengths: [Int32]?) -> RecurrentInput {
    switch self {
    case .vectors(let x): .vectors(x.reversedInTime(lengths: lengths))
    case .oneHot(let tokens): .oneHot(tokens.reversedInTime(lengths: lengths))
    }
  }
}
