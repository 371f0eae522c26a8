/// One value for each operand of a recurrent pass: the operands themselves, or their gradients.
struct RecurrentOperands<Value> {
  /// `[N, P]`.
  var initialHidden: Value
  /// `[N, H]` for an LSTM, `[N, 0]` otherwise.
  var initialCell: Value
  /// `[G H, D]`.
  var input: Value
  /// `[G H, P]`.
  var recurrent: Value
  /// `[G H]`; both biases or none.
  var inputBias: Value?
  var recurrentBias: Value?
  /// `[P, H]`, of a layer with a projection.
  var projection: Value?
  /// `[T, N, D]`, unless the input is one-hot.
  var vectors: Value?

  /// The order in which the tape knows them.
  var inOrder: [Value] {
    [initialHidden, initialCell, input, recurrent]
      + [inputBias, recurrentBias, projection, vectors].compactMap { $0 }
  }
}
