public import UnrollTensor

/// The states of a recurrent network after each of T steps, for each layer and within it each direction.
public struct RecurrentHistory: Sendable, Equatable {
  /// Hidden states, each `[T, N, P]`.
  public var hidden: [Tensor]
  /// Cell states of an LSTM, each `[T, N, H]`; `[T, N, 0]` for other cells.
  public var cell: [Tensor]

  /// Creates a history from its parts.
  public init(hidden: [Tensor], cell: [Tensor]) {
    self.hidden = hidden
    self.cell = cell
  }

  /// T.
  public var stepCount: Int { hidden.first?.shape[0] ?? 0 }

  /// The state after a step, counted from 0.
  public subscript(step: Int) -> RecurrentState {
    RecurrentState(hidden: hidden.map { $0[step] }, cell: cell.map { $0[step] })
  }
}
