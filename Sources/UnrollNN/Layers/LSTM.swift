public import UnrollTensor

/// Long short-term memory: i, f, o = σ(·), g = tanh(·), c = f ⊙ c′ + i ⊙ g, h = o ⊙ tanh(c), or W_hr of that.
public struct LSTM: RecurrentLayer {
  /// The layers.
  public var stack: RecurrentStack

  /// Creates layers with PyTorch's initial values.
  ///
  /// `inputSize` is D and `hiddenSize` is H. `projectionSize` is P, smaller than H; 0 without a projection.
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
