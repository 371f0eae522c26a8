public import UnrollTensor

extension RecurrentLayer {
  /// One step in evaluation: a sequence of length one.
  ///
  /// - Parameters:
  ///   - x: `[N, D]`.
  ///   - state: what the step goes on from; zeros when absent.
  /// - Returns: the last layer's output, `[N, P]`, and the state after the step.
  public func step(
    _ x: Tensor, state: RecurrentState? = nil
  ) -> (output: Tensor, state: RecurrentState) {
    step(.vectors(x), state: state)
  }

  /// One step of vectors `[N, D]` or tokens `[N]` in evaluation.
  public func step(
    _ input: RecurrentInput, state: RecurrentState? = nil
  ) -> (output: Tensor, state: RecurrentState) {
    var mode = Mode.evaluation
    return step(input, state: state, mode: &mode)
  }

  /// One step of vectors `[N, D]`, in training with dropout between the layers.
  public func step(
    _ x: Tensor, state: RecurrentState? = nil, mode: inout Mode
  ) -> (output: Tensor, state: RecurrentState) {
    step(.vectors(x), state: state, mode: &mode)
  }

  /// One step of vectors `[N, D]` or tokens `[N]`, in training with dropout between the layers.
  public func step(
    _ input: RecurrentInput, state: RecurrentState? = nil, mode: inout Mode
  ) -> (output: Tensor, state: RecurrentState) {
    guard !stack.configuration.isBidirectional else {
      fatalError("A bidirectional layer has no single step: it reads sequences from both ends")
    }
    let result = stack(input.asSequence, state: state, mode: &mode)
    return (result.output[0], result.state)
  }
}

extension RecurrentInput {
  /// One step as a sequence of length one.
  fileprivate var asSequence: RecurrentInput {
    switch self {
    case .vectors(let x):
      guard x.shape.count == 2 else {
        fatalError("One step of vectors is [N, D], not \(x.shape); a sequence is layer(x)")
      }
      return .vectors(x.reshaped(Shape([1] + x.shape)))
    case .oneHot(let tokens):
      guard tokens.shape.count == 1 else {
        fatalError("One step of tokens is [N], not \(tokens.shape); a sequence is layer(tokens)")
      }
      return .oneHot(tokens.reshaped([1, tokens.count]))
    }
  }
}
