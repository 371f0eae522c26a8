public import UnrollTensor

/// What `RNN`, `LSTM` and `GRU` share: a stack of layers of one kind of cell, over sequences or step by step.
///
/// Inputs and outputs are time-major, `[T, N, …]`. A state that is left out is zeros.
public protocol RecurrentLayer: Module {
  /// The layers.
  var stack: RecurrentStack { get set }
}

extension RecurrentLayer {
  /// Zeros for N rows.
  public func initialState(batchSize: Int) -> RecurrentState {
    stack.initialState(batchSize: batchSize)
  }

  /// Runs all layers over sequences `[T, N, D]` in evaluation: see `RecurrentStack`.
  public func callAsFunction(
    _ x: Tensor, state: RecurrentState? = nil, lengths: [Int32]? = nil
  ) -> (output: Tensor, state: RecurrentState) {
    self(.vectors(x), state: state, lengths: lengths)
  }

  /// Runs all layers over sequences of vectors or tokens in evaluation: see `RecurrentStack`.
  public func callAsFunction(
    _ input: RecurrentInput, state: RecurrentState? = nil, lengths: [Int32]? = nil
  ) -> (output: Tensor, state: RecurrentState) {
    var mode = Mode.evaluation
    return stack(input, state: state, lengths: lengths, mode: &mode)
  }

  /// Runs all layers over sequences `[T, N, D]`, in training with dropout between them: see `RecurrentStack`.
  public func callAsFunction(
    _ x: Tensor, state: RecurrentState? = nil, lengths: [Int32]? = nil, mode: inout Mode
  ) -> (output: Tensor, state: RecurrentState) {
    stack(.vectors(x), state: state, lengths: lengths, mode: &mode)
  }

  /// Runs all layers over sequences of vectors or tokens, in training with dropout between them: see `RecurrentStack`.
  public func callAsFunction(
    _ input: RecurrentInput, state: RecurrentState? = nil, lengths: [Int32]? = nil,
    mode: inout Mode
  ) -> (output: Tensor, state: RecurrentState) {
    stack(input, state: state, lengths: lengths, mode: &mode)
  }

  /// The last layer's hidden state, `[N, P]`, or of both directions side by side, `[N, 2 P]`: after each row has been read to its
  /// end (backwards: to its beginning), a summary of it.
  public func topHidden(of state: RecurrentState) -> Tensor {
    concatenate(state.hidden.suffix(stack.configuration.directionCount).map { $0 }, axis: 1)
  }

  /// PyTorch's names: `weight_ih_l0`, …
  public mutating func forEachParameter(_ visit: (String, inout Tensor) -> Void) {
    stack.forEachParameter(visit)
  }
}
