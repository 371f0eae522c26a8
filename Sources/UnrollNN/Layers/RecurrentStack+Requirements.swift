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
    let (stateSize, cellSize) = (configuration.stateSize, configuration.cellSize)
    for index in weights.indices {
      let (hidden, cell) = (state.hidden[index].shape, state.cell[index].shape)
      guard hidden.isMatrix(rows, stateSize), cell.isMatrix(rows, cellSize) else {
        fatalError(
          "The state of \(rows) rows has hidden tensors [\(rows), \(stateSize)] and cell tensors "
            + "[\(rows), \(cellSize)], not \(hidden) and \(cell)")
      }
    }
  }
}

extension Shape {
  /// Whether there are two axes of these sizes; makes no other shape to compare with.
  fileprivate func isMatrix(_ rows: Int, _ columns: Int) -> Bool {
    count == 2 && self[0] == rows && self[1] == columns
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
