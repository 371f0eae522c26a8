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
    var final = startingState(state, for: input)
    let layers = droppingWeights(&mode)
    let output = forEachDirection(of: input, lengths: lengths, mode: &mode) { index, input in
      layers.run(index, over: input, &final, lengths: lengths)
    }
    return (output, final)
  }

  /// Runs all layers over sequences for what they end with, which is less work than for the output too.
  ///
  /// - Parameters:
  ///   - input: `[T, N, D]`, or tokens `[T, N]` that stand for one-hot vectors.
  ///   - state: where the rows go on from; zeros when absent.
  ///   - lengths: the steps of each of the N rows, 1 ... T; all T when absent.
  ///   - mode: in training, dropout between the layers draws from its stream.
  /// - Returns: each row's state after its own last step (for the backward direction: after its first).
  public func finalState(
    over input: RecurrentInput, from state: RecurrentState? = nil, lengths: [Int32]? = nil,
    mode: inout Mode
  ) -> RecurrentState {
    var final = startingState(state, for: input)
    let layers = droppingWeights(&mode)
    _ = forEachDirection(of: input, lengths: lengths, mode: &mode, joinsLast: false) {
      index, input in
      layers.run(index, over: input, &final, lengths: lengths)
    }
    return final
  }

  /// The layers with some recurrent weights zero, in training.
  private func droppingWeights(_ mode: inout Mode) -> RecurrentStack {
    guard configuration.weightDropout > 0, case .training = mode else { return self }
    var layers = self
    let drop = Dropout(configuration.weightDropout)
    for index in weights.indices {
      layers.weights[index].recurrent = drop(weights[index].recurrent, mode: &mode)
    }
    return layers
  }

  /// Runs one layer in one direction; gives its output, and leaves its state after the last step.
  private func run(
    _ index: Int, over input: RecurrentInput, _ state: inout RecurrentState, lengths: [Int32]?
  ) -> Tensor {
    let result = recurrentSequence(
      configuration.cell, input, weights[index],
      initialHidden: state.hidden[index], initialCell: state.cell[index], lengths: lengths)
    state.hidden[index] = result.hidden
    state.cell[index] = result.cell
    return result.output
  }

  /// The states of all layers after each step, in evaluation; nothing is recorded.
  ///
  /// - Parameters:
  ///   - input: `[T, N, D]`, or tokens `[T, N]` that stand for one-hot vectors.
  ///   - state: where the rows go on from; zeros when absent.
  ///   - lengths: the steps of each of the N rows, 1 ... T; all T when absent. Past its end a row's states are zero.
  /// - Returns: the states after each step (of the backward direction: after the steps from the end to this one), and each
  ///   row's state after its own last step.
  public func states(
    over input: RecurrentInput, from state: RecurrentState? = nil, lengths: [Int32]? = nil
  ) -> (history: RecurrentHistory, state: RecurrentState) {
    let state = startingState(state, for: input)
    var final = state
    var history = RecurrentHistory(hidden: [], cell: [])
    var mode = Mode.evaluation
    _ = forEachDirection(of: input, lengths: lengths, mode: &mode) { index, input in
      let result = recurrentStates(
        configuration.cell, input, weights[index],
        initialHidden: state.hidden[index], initialCell: state.cell[index], lengths: lengths)
      final.hidden[index] = result.lastHidden
      final.cell[index] = result.lastCell
      func inOrder(_ states: Tensor) -> Tensor {
        isBackward(index) ? states.reversedInTime(lengths: lengths) : states
      }
      history.hidden.append(inOrder(result.hidden))
      history.cell.append(inOrder(result.cells))
      return result.hidden
    }
    return (history, final)
  }

  /// Runs the layers from the first to the last, each in all its directions.
  ///
  /// - Parameters:
  ///   - run: gives the output of one direction for its input, which is reversed for the backward one.
  ///   - joinsLast: whether the last layer's output is wanted, both directions side by side.
  /// - Returns: the last layer's output; if it is not joined, of one direction, in the order in which that reads.
  private func forEachDirection(
    of input: RecurrentInput, lengths: [Int32]?, mode: inout Mode, joinsLast: Bool = true,
    _ run: (_ index: Int, RecurrentInput) -> Tensor
  ) -> Tensor {
    let betweenLayers = Dropout(
      configuration.dropout, isVariational: configuration.isDropoutVariational)
    func output(ofLayer layer: Int, _ input: RecurrentInput) -> Tensor {
      guard configuration.isBidirectional else { return run(layer, input) }
      let forward = run(2 * layer, input)
      let backward = run(2 * layer + 1, input.reversedInTime(lengths: lengths))
      guard joinsLast || layer < configuration.layerCount - 1 else { return backward }
      return concatenate([forward, backward.reversedInTime(lengths: lengths)], axis: 2)
    }
    var result = output(ofLayer: 0, input)
    for layer in 1..<configuration.layerCount {
      result = output(ofLayer: layer, .vectors(betweenLayers(result, mode: &mode)))
    }
    return result
  }

  /// The state that rows go on from, checked against what they read.
  private func startingState(
    _ state: RecurrentState?, for input: RecurrentInput
  ) -> RecurrentState {
    input.requireSequence(inputSize: configuration.inputSize)
    let state = state ?? initialState(batchSize: input.shape[1])
    requireFit(state, rows: input.shape[1])
    return state
  }

  /// Whether the parameters at an index are those of the backward direction.
  private func isBackward(_ index: Int) -> Bool { index % configuration.directionCount == 1 }

  /// `weight_ih_l0`, `weight_hh_l0`, `bias_ih_l0`, `bias_hh_l0`, `weight_hr_l0`, then those of `l0_reverse`, `l1`, …
  public mutating func forEachParameter(_ visit: (String, inout Tensor) -> Void) {
    for index in weights.indices {
      let layer = index / configuration.directionCount
      let suffix = "l\(layer)" + (isBackward(index) ? "_reverse" : "")
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
