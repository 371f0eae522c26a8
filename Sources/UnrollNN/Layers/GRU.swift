public import UnrollTensor

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
