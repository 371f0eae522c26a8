public import UnrollNN
public import UnrollTensor

extension LanguageModel {
  /// The states of all layers after each of some tokens, in evaluation: what the model remembers of the text up to there.
  ///
  /// - Parameters:
  ///   - tokens: `[T, N]`.
  ///   - state: what came before; afterwards, what the next tokens go on from.
  ///   - lengths: the steps of each of the N rows; all T when absent. Past its end a row's states are zero.
  /// - Returns: for each layer, hidden states `[T, N, H]` and, of an LSTM, cell states `[T, N, H]`.
  public func states(
    after tokens: Indices, state: inout RecurrentState, lengths: [Int32]? = nil
  ) -> RecurrentHistory {
    let result = rnn.states(over: input(of: tokens), from: state, lengths: lengths)
    state = result.state
    return result.history
  }
}
