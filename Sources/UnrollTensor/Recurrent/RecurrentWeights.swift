/// The parameters of one direction of one recurrent layer, G gates stacked by rows, as PyTorch lays them out.
public struct RecurrentWeights: Sendable {
  /// W_ih, `[G H, D]`.
  public var input: Tensor
  /// W_hh, `[G H, P]`.
  public var recurrent: Tensor
  /// b_ih, `[G H]`.
  public var inputBias: Tensor?
  /// b_hh, `[G H]`.
  public var recurrentBias: Tensor?
  /// W_hr, `[P, H]`, of an LSTM with a projection (Sak, Senior and Beaufays 2014).
  public var projection: Tensor?

  /// Creates the parameters of one direction of one layer.
  public init(
    input: Tensor, recurrent: Tensor, inputBias: Tensor? = nil, recurrentBias: Tensor? = nil,
    projection: Tensor? = nil
  ) {
    self.input = input
    self.recurrent = recurrent
    self.inputBias = inputBias
    self.recurrentBias = recurrentBias
    self.projection = projection
  }
}
