package import UnrollTensor

extension SlowReference {
  /// The parameters of one direction of one recurrent layer, as in `RecurrentWeights`.
  package struct Weights {
    package var input: DoubleTensor
    package var recurrent: DoubleTensor
    package var inputBias: DoubleTensor?
    package var recurrentBias: DoubleTensor?
    package var projection: DoubleTensor?

    package init(
      input: DoubleTensor, recurrent: DoubleTensor, inputBias: DoubleTensor? = nil,
      recurrentBias: DoubleTensor? = nil, projection: DoubleTensor? = nil
    ) {
      self.input = input
      self.recurrent = recurrent
      self.inputBias = inputBias
      self.recurrentBias = recurrentBias
      self.projection = projection
    }
  }

  /// One step of one row: the new hidden state and, for an LSTM, the new cell state.
  package static func step(
    _ cell: RecurrentCell, _ x: [Double], hidden: [Double], cell before: [Double],
    _ weights: Weights
  ) -> (hidden: [Double], cell: [Double]) {
    func product(_ weight: DoubleTensor, _ bias: DoubleTensor?, _ vector: [Double]) -> [Double] {
      linear(DoubleTensor(vector, shape: [1, vector.count]), weight: weight, bias: bias).elements
    }
    let a = product(weights.input, weights.inputBias, x)
    let b = product(weights.recurrent, weights.recurrentBias, hidden)
    let units = a.count / cell.gateCount
    /// Gate `index`, summed.
    func gate(_ index: Int, _ unit: Int) -> Double {
      a[index * units + unit] + b[index * units + unit]
    }
    switch cell {
    case .rnnTanh: return ((0..<units).map { tanh(gate(0, $0)) }, [])
    case .rnnReLU: return ((0..<units).map { relu(gate(0, $0)) }, [])
    case .lstm:
      let next = (0..<units).map {
        sigmoid(gate(1, $0)) * before[$0] + sigmoid(gate(0, $0)) * tanh(gate(2, $0))
      }
      let output = (0..<units).map { sigmoid(gate(3, $0)) * tanh(next[$0]) }
      return (weights.projection.map { product($0, nil, output) } ?? output, next)
    case .gru:
      let next = (0..<units).map { unit in
        let update = sigmoid(gate(1, unit))
        let new = tanh(a[2 * units + unit] + sigmoid(gate(0, unit)) * b[2 * units + unit])
        return (1 - update) * new + update * hidden[unit]
      }
      return (next, [])
    }
  }

  /// Whole sequences, `[T, N, D]`, of given lengths: outputs, zero past a row's end, and the states after each row's end.
  package static func sequence(
    _ cell: RecurrentCell, _ x: DoubleTensor, _ weights: Weights, initialHidden: DoubleTensor,
    initialCell: DoubleTensor, lengths: [Int32]? = nil
  ) -> (output: DoubleTensor, hidden: DoubleTensor, cell: DoubleTensor) {
    let (steps, rows, state) = (x.shape[0], x.shape[1], initialHidden.width)
    var output = DoubleTensor(zeros: [steps, rows, state])
    var (finalHidden, finalCell): ([Double], [Double]) = ([], [])
    let inputs = x.rows
    let cells = initialCell.elements.isEmpty ? [] : initialCell.rows
    for row in 0..<rows {
      var now = (hidden: initialHidden.rows[row], cell: cells.isEmpty ? [] : cells[row])
      for t in 0..<Int(lengths?[row] ?? Int32(steps)) {
        now = step(cell, inputs[t * rows + row], hidden: now.hidden, cell: now.cell, weights)
        let first = (t * rows + row) * state
        output.elements.replaceSubrange(first..<first + state, with: now.hidden)
      }
      finalHidden += now.hidden
      finalCell += now.cell
    }
    return (
      output, DoubleTensor(finalHidden, shape: initialHidden.shape),
      DoubleTensor(finalCell, shape: initialCell.shape)
    )
  }

  /// Tokens as the one-hot vectors that they stand for, `[…, D]`.
  package static func oneHot(_ tokens: Indices, size: Int) -> DoubleTensor {
    var result = DoubleTensor(zeros: Array(tokens.shape) + [size])
    for (row, token) in tokens.values.enumerated() { result.elements[row * size + Int(token)] = 1 }
    return result
  }
}
