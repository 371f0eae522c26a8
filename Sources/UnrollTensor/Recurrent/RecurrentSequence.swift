/// One direction of one recurrent layer over whole sequences, from the first step to the last.
///
/// The input product is one matrix product over many steps; the loop over time only multiplies by the recurrent weights,
/// with the gates behind each panel of that product; the backward pass has one product over as many steps per weight.
/// - Parameters:
///   - cell: the kind of cell.
///   - input: `[T, N, D]`, or tokens `[T, N]` as one-hot vectors.
///   - weights: those of the direction.
///   - initialHidden: `[N, P]`, where P is H without a projection.
///   - initialCell: `[N, H]` for an LSTM, `[N, 0]` otherwise.
///   - lengths: how many steps each of the N rows takes part in, 1 ... T; all of them when absent. Past its end, a row's
///     output is zero.
/// - Returns: the outputs `[T, N, P]` and each row's state after its own last step, `[N, P]` and `[N, H]` (or `[N, 0]`).
public func recurrentSequence(
  _ cell: RecurrentCell, _ input: RecurrentInput, _ weights: RecurrentWeights,
  initialHidden: Tensor,
  initialCell: Tensor, lengths: [Int32]? = nil
) -> (output: Tensor, hidden: Tensor, cell: Tensor) {
  let pass = RecurrentPass(cell, input, weights, initialHidden, initialCell, lengths)
  pass.forward()
  let (output, hidden, lastCell) = (pass.output, pass.finalHidden(), pass.finalCell())
  guard pass.isRecorded else { return (output, hidden, lastCell) }
  let results = recorded([output, hidden, lastCell], from: pass.operands.inOrder) {
    pass.backward($0).inOrder
  }
  return (results[0], results[1], results[2])
}

/// The states after each step of what `recurrentSequence` computes; nothing is recorded.
///
/// - Returns: hidden states `[T, N, P]` and cell states `[T, N, H]` for an LSTM, `[T, N, 0]` otherwise, both zero past a row's
///   end; and each row's state after its own last step, `[N, P]` and `[N, H]` (or `[N, 0]`).
package func recurrentStates(
  _ cell: RecurrentCell, _ input: RecurrentInput, _ weights: RecurrentWeights,
  initialHidden: Tensor,
  initialCell: Tensor, lengths: [Int32]? = nil
) -> (hidden: Tensor, cells: Tensor, lastHidden: Tensor, lastCell: Tensor) {
  let pass = RecurrentPass(cell, input, weights, initialHidden, initialCell, lengths)
  pass.forward()
  return (pass.output, pass.cellOutput, pass.finalHidden(), pass.finalCell())
}
