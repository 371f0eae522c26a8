public import UnrollTensor

/// Elman layers: h = tanh(W_ih x + b_ih + W_hh h′ + b_hh), or relu in its place.
public struct RNN: RecurrentLayer {
  /// What is applied to the sum.
  public enum Nonlinearity: String, Sendable, Hashable, CaseIterable {
    /// The hyperbolic tangent.
    case tanh
    /// The larger of 0 and the sum.
    case relu
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
