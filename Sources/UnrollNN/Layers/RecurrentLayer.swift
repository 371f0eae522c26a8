public import UnrollTensor

/// What `RNN`, `LSTM` and `GRU` share: a stack of layers of one kind of cell.
public protocol RecurrentLayer: Module {
  /// The layers.
  var stack: RecurrentStack { get set }
}

extension RecurrentLayer {
  /// Zeros for N rows.
  public func initialState(batchSize: Int) -> RecurrentState {
    stack.initialState(batchSize: batchSize)
  }

  /// Runs all layers over sequences in training, with dropout between layers: see `RecurrentStack`.
  public func callAsFunction(
    _ input: RecurrentInput, state: RecurrentState, lengths: [Int32]? = nil,
    dropout: inout RandomStream?
  ) -> (output: Tensor, state: RecurrentState) {
    stack(input, state: state, lengths: lengths, dropout: &dropout)
  }

  /// Runs all layers over sequences `[T, N, D]` in evaluation: see `RecurrentStack`.
  public func callAsFunction(
    _ input: Tensor, state: RecurrentState, lengths: [Int32]? = nil
  ) -> (output: Tensor, state: RecurrentState) {
    var nothing: RandomStream?
    return stack(.vectors(input), state: state, lengths: lengths, dropout: &nothing)
  }

  /// PyTorch's names: `weight_ih_l0`, …
  public mutating func forEachParameter(_ visit: (String, inout Tensor) -> Void) {
    stack.forEachParameter(visit)
  }
}

/// Elman layers: h = tanh(W_ih x + b_ih + W_hh h′ + b_hh), or relu in its place.
public struct RNN: RecurrentLayer {
  /// What is applied to the sum.
  public enum Nonlinearity: String, Sendable, Hashable, CaseIterable {
    case tanh, relu
  }

  /// The layers.
  public var stack: RecurrentStack

  /// Creates layers with PyTorch's initial values.
  public init(
    inputSize: Int, hiddenSize: Int, layerCount: Int = 1, nonlinearity: Nonlinearity = .tanh,
    bias: Bool = true,
    dropout: Float = 0, bidirectional: Bool = false, using random: inout MersenneTwister
  ) {
    let cell: RecurrentCell = nonlinearity == .tanh ? .rnnTanh : .rnnReLU
    stack = RecurrentStack(
      .init(
        cell: cell, inputSize: inputSize, hiddenSize: hiddenSize, layerCount: layerCount,
        hasBias: bias,
        dropout: dropout, isBidirectional: bidirectional), using: &random)
  }
}

/// Long short-term memory: i, f, o = σ(·), g = tanh(·), c = f ⊙ c′ + i ⊙ g, h = o ⊙ tanh(c), or W_hr of that.
public struct LSTM: RecurrentLayer {
  /// The layers.
  public var stack: RecurrentStack

  /// Creates layers with PyTorch's initial values.
  ///
  /// - Parameter projectionSize: P, smaller than `hiddenSize`; 0 without a projection.
  public init(
    inputSize: Int, hiddenSize: Int, layerCount: Int = 1, bias: Bool = true, dropout: Float = 0,
    bidirectional: Bool = false, projectionSize: Int = 0, using random: inout MersenneTwister
  ) {
    stack = RecurrentStack(
      .init(
        cell: .lstm, inputSize: inputSize, hiddenSize: hiddenSize, layerCount: layerCount,
        hasBias: bias,
        dropout: dropout, isBidirectional: bidirectional, projectionSize: projectionSize),
      using: &random)
  }
}

/// Gated recurrent units: r, z = σ(·), n = tanh(W_in x + b_in + r ⊙ (W_hn h′ + b_hn)), h = (1 − z) ⊙ n + z ⊙ h′.
public struct GRU: RecurrentLayer {
  /// The layers.
  public var stack: RecurrentStack

  /// Creates layers with PyTorch's initial values.
  public init(
    inputSize: Int, hiddenSize: Int, layerCount: Int = 1, bias: Bool = true, dropout: Float = 0,
    bidirectional: Bool = false, using random: inout MersenneTwister
  ) {
    stack = RecurrentStack(
      .init(
        cell: .gru, inputSize: inputSize, hiddenSize: hiddenSize, layerCount: layerCount,
        hasBias: bias,
        dropout: dropout, isBidirectional: bidirectional), using: &random)
  }
}
