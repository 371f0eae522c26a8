public import UnrollTensor

/// The state of a recurrent network between two steps, for each layer and within it each direction.
public struct RecurrentState: Sendable, Equatable {
  /// Hidden states, each `[N, P]`.
  public var hidden: [Tensor]
  /// Cell states of an LSTM, each `[N, H]`; `[N, 0]` for other cells.
  public var cell: [Tensor]

  /// Creates a state from its parts.
  public init(hidden: [Tensor], cell: [Tensor]) {
    self.hidden = hidden
    self.cell = cell
  }

  /// Creates the state of cells that have a hidden state only: RNN or GRU.
  ///
  /// - Parameter hidden: each `[N, H]`.
  public init(hidden: [Tensor]) {
    self.init(hidden: hidden, cell: hidden.map { Tensor(zeros: [$0.shape.first ?? 0, 0]) })
  }

  /// Nothing is recorded for operations on the result: where back-propagation through time is cut off.
  public func detached() -> RecurrentState {
    RecurrentState(hidden: hidden.map { $0.detached() }, cell: cell.map { $0.detached() })
  }
}

extension RecurrentState: CarriedState {
  /// `hidden.0`, `hidden.1`, …, `cell.0`, `cell.1`, …
  public mutating func forEachTensor(_ visit: (String, inout Tensor) -> Void) {
    for index in hidden.indices { visit("hidden.\(index)", &hidden[index]) }
    for index in cell.indices { visit("cell.\(index)", &cell[index]) }
  }
}
