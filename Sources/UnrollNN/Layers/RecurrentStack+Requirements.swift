internal import UnrollTensor

extension RecurrentStack {
  /// Ends the program if a state is not one of this network with N rows.
  func requireFit(_ state: RecurrentState, rows: Int) {
    guard state.hidden.count == weights.count, state.cell.count == weights.count else {
      fatalError(
        "A state of \(configuration.layerCount) layers in \(configuration.directionCount) directions has "
          + "\(weights.count) hidden and \(weights.count) cell tensors, not \(state.hidden.count) and "
          + "\(state.cell.count); initialState(batchSize:) makes one of zeros")
    }
    let hidden: Shape = [rows, configuration.stateSize]
    let cell: Shape = [rows, configuration.cellSize]
    for index in weights.indices {
      guard state.hidden[index].shape == hidden, state.cell[index].shape == cell else {
        fatalError(
          "The state of \(rows) rows has hidden tensors \(hidden) and cell tensors \(cell), not "
            + "\(state.hidden[index].shape) and \(state.cell[index].shape)")
      }
    }
  }
}

extension RecurrentInput {
  /// `[T, N, D]` or `[T, N]`.
  var shape: Shape {
    switch self {
    case .vectors(let x): x.shape
    case .oneHot(let tokens): tokens.shape
    }
  }

  /// Ends the program if the input is not sequences for a network of an input size.
  func requireSequence(inputSize: Int) {
    switch self {
    case .vectors(let x):
      guard x.shape.count == 3, x.shape[2] == inputSize else {
        fatalError(
          "A layer of input size \(inputSize) reads sequences [T, N, \(inputSize)], not \(x.shape); "
            + "step(_:) reads one step")
      }
    case .oneHot(let tokens):
      guard tokens.shape.count == 2 else {
        fatalError(
          "A layer reads sequences of tokens [T, N], not \(tokens.shape); step(_:) reads one step")
      }
    }
  }
}
