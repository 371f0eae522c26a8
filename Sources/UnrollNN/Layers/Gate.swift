/// What a recurrent cell computes at each step besides its states.
public enum Gate: String, Sendable, Hashable, CaseIterable {
  /// i of an LSTM: how much of the candidate is written.
  case input
  /// f of an LSTM: how much of the cell state is kept.
  case forget
  /// o of an LSTM: how much of the cell state is shown.
  case output
  /// r of a GRU: how much of the state the candidate sees.
  case reset
  /// z of a GRU: how much of the state is kept.
  case update
  /// g of an LSTM or n of a GRU: what may be written, within −1 ... 1. All others are within 0 ... 1.
  case candidate
}
