public import UnrollTensor

extension RecurrentStack {
  /// The gates of each layer at each step, computed anew from the parameters and the states; a plain RNN has none.
  ///
  /// - Parameters:
  ///   - input: what the first layer reads, `[T, N, D]` or tokens `[T, N]`.
  ///   - state: the state before the first step; zeros when absent.
  ///   - history: the states after the steps, as `states(over:from:)` gives them for the same input.
  /// - Returns: for each layer its gates, each `[T, N, H]`. Rows are taken to be as long as the sequence.
  public func gates(
    over input: RecurrentInput, from state: RecurrentState? = nil, _ history: RecurrentHistory
  ) -> [[Gate: Tensor]] {
    guard !configuration.isBidirectional else {
      fatalError(
        "The gates of a bidirectional layer have no one order in time: inspect one direction")
    }
    input.requireSequence(inputSize: configuration.inputSize)
    let state = state ?? initialState(batchSize: input.shape[1])
    requireFit(state, rows: input.shape[1])
    guard history.hidden.count == weights.count, history.stepCount == input.shape[0] else {
      fatalError(
        "A history of \(history.hidden.count) layers and \(history.stepCount) steps is not one of "
          + "\(weights.count) layers over \(input.shape[0]) steps")
    }
    return weights.indices.map { layer in
      let before = concatenate(
        [
          state.hidden[layer].reshaped(Shape([1] + state.hidden[layer].shape)),
          history.hidden[layer][..<max(0, history.stepCount - 1)],
        ], axis: 0)
      return gates(
        weights[layer], layer == 0 ? input : .vectors(history.hidden[layer - 1]),
        before: history.stepCount == 0 ? history.hidden[layer] : before)
    }
  }

  private func gates(
    _ weights: RecurrentWeights, _ input: RecurrentInput, before: Tensor
  ) -> [Gate: Tensor] {
    guard configuration.cell.gateCount > 1 else { return [:] }
    let fromInput =
      switch input {
      case .vectors(let x): linear(x, weight: weights.input, bias: weights.inputBias)
      case .oneHot(let tokens):
        weights.inputBias.map { embedding(weights.input.transposed(0, 1), tokens) + $0 }
          ?? embedding(weights.input.transposed(0, 1), tokens)
      }
    let fromState = linear(before, weight: weights.recurrent, bias: weights.recurrentBias)
    func part(_ number: Int, of x: Tensor) -> Tensor {
      let first = number * configuration.hiddenSize
      return x.sliced(first..<first + configuration.hiddenSize, axis: -1)
    }
    func sum(_ number: Int) -> Tensor { part(number, of: fromInput) + part(number, of: fromState) }
    guard configuration.cell == .lstm else {
      let reset = sigmoid(sum(0))
      return [
        .reset: reset, .update: sigmoid(sum(1)),
        .candidate: tanh(part(2, of: fromInput) + reset * part(2, of: fromState)),
      ]
    }
    return [
      .input: sigmoid(sum(0)), .forget: sigmoid(sum(1)), .candidate: tanh(sum(2)),
      .output: sigmoid(sum(3)),
    ]
  }
}
