internal import CUnroll

/// The kinds of recurrent cell.
public enum RecurrentCell: Sendable, Hashable {
  /// h = tanh(W_ih x + b_ih + W_hh h′ + b_hh) (Elman 1990).
  case rnnTanh
  /// h = max(0, W_ih x + b_ih + W_hh h′ + b_hh).
  case rnnReLU
  /// i, f, o = σ(·), g = tanh(·), c = f ⊙ c′ + i ⊙ g, h = o ⊙ tanh(c) (Hochreiter and Schmidhuber 1997; Gers et al. 2000).
  case lstm
  /// r, z = σ(·), n = tanh(W_in x + b_in + r ⊙ (W_hn h′ + b_hn)), h = (1 − z) ⊙ n + z ⊙ h′ (Cho et al. 2014, with the
  /// reset behind the product).
  case gru

  /// How many gates are stacked in the weights: LSTM i, f, g, o; GRU r, z, n.
  package var gateCount: Int {
    switch self {
    case .rnnTanh, .rnnReLU: 1
    case .lstm: 4
    case .gru: 3
    }
  }

  var kernel: Int32 {
    switch self {
    case .rnnTanh: Int32(CUnroll_cellTanh)
    case .rnnReLU: Int32(CUnroll_cellRelu)
    case .lstm: Int32(CUnroll_cellLSTM)
    case .gru: Int32(CUnroll_cellGRU)
    }
  }
}
