import Testing
import UnrollTensor
import UnrollTestSupport

/// One recurrent layer with random weights, states and inputs, as the tests of it want it.
struct RecurrentCase: Sendable, CustomTestStringConvertible {
  var cell: RecurrentCell
  var isOneHot = false
  var isRagged = false
  var hasBias = true
  var hiddenSize: Int
  var projectionSize: Int?
  var steps = 4
  var rows = 3
  var inputSize = 6
  /// Whether weights are so small that many of their products are denormal.
  var isTiny = false
  /// The steps of the sequences that it is run as, one after the other; nil for one.
  var runsInPieces: [Range<Int>]?

  var testDescription: String {
    "\(cell) \(hiddenSize)\(projectionSize.map { "->\($0)" } ?? "") \(isOneHot ? "one-hot" : "vectors") "
      + "\(isRagged ? "ragged" : "equal") \(hasBias ? "bias" : "no bias")"
  }

  static let cells: [RecurrentCell] = [.rnnTanh, .rnnReLU, .lstm, .gru]

  static func all(hiddenSizes: [Int]) -> [RecurrentCase] {
    var cases: [RecurrentCase] = []
    for hiddenSize in hiddenSizes {
      for isOneHot in [false, true] {
        for isRagged in [false, true] {
          for hasBias in [false, true] {
            for cell in cells {
              cases.append(
                RecurrentCase(
                  cell: cell, isOneHot: isOneHot, isRagged: isRagged, hasBias: hasBias,
                  hiddenSize: hiddenSize))
            }
            cases.append(
              RecurrentCase(
                cell: .lstm, isOneHot: isOneHot, isRagged: isRagged, hasBias: hasBias,
                hiddenSize: hiddenSize, projectionSize: hiddenSize / 2 + 1))
          }
        }
      }
    }
    return cases
  }

  // MARK: Data

  var stateSize: Int { projectionSize ?? hiddenSize }
  var gateRows: Int { cell.gateCount * hiddenSize }
  var lengths: [Int32]? {
    isRagged ? (0..<rows).map { Int32(($0 * 5 + 2) % steps + 1) } : nil
  }
  var tokens: Indices { .random([steps, rows], below: inputSize, seed: 1) }
  var vectors: Tensor { .random([steps, rows, inputSize], seed: 2) }

  /// The operands that have a gradient: initial states, weights, then what else there is.
  var operands: [Tensor] {
    let bound = 1.5 / Float(stateSize).squareRoot()
    var all: [Tensor] = [
      .random([rows, stateSize], seed: 3),
      .random([rows, cell == .lstm ? hiddenSize : 0], seed: 4),
      isTiny ? .tiny([gateRows, inputSize], seed: 5) : .random([gateRows, inputSize], seed: 5),
      isTiny
        ? .tiny([gateRows, stateSize], seed: 6)
        : .random([gateRows, stateSize], seed: 6, in: -bound...bound),
    ]
    if hasBias { all += [.random([gateRows], seed: 7), .random([gateRows], seed: 8)] }
    if let projectionSize { all.append(.random([projectionSize, hiddenSize], seed: 9)) }
    if !isOneHot { all.append(vectors) }
    return all
  }

  // MARK: Running

  typealias Results = (output: Tensor, hidden: Tensor, cell: Tensor)

  func weights(_ operands: [Tensor]) -> RecurrentWeights {
    RecurrentWeights(
      input: operands[2], recurrent: operands[3], inputBias: hasBias ? operands[4] : nil,
      recurrentBias: hasBias ? operands[5] : nil,
      projection: projectionSize == nil ? nil : operands[hasBias ? 6 : 4])
  }

  func run(_ operands: [Tensor]) -> Results {
    run(
      operands, isOneHot ? .oneHot(tokens) : .vectors(operands[operands.count - 1]),
      lengths: lengths)
  }

  func run(
    _ operands: [Tensor], _ input: RecurrentInput, lengths: [Int32]? = nil
  ) -> Results {
    recurrentSequence(
      cell, input, weights(operands), initialHidden: operands[0], initialCell: operands[1],
      lengths: lengths)
  }

  func twin(
    _ operands: [DoubleTensor]
  ) -> (output: DoubleTensor, hidden: DoubleTensor, cell: DoubleTensor) {
    let weights = SlowReference.Weights(
      input: operands[2], recurrent: operands[3], inputBias: hasBias ? operands[4] : nil,
      recurrentBias: hasBias ? operands[5] : nil,
      projection: projectionSize == nil ? nil : operands[hasBias ? 6 : 4])
    let input =
      isOneHot ? SlowReference.oneHot(tokens, size: inputSize) : operands[operands.count - 1]
    return SlowReference.sequence(
      cell, input, weights, initialHidden: operands[0], initialCell: operands[1], lengths: lengths)
  }

  /// As sequences that go on from each other's states, rows of equal length.
  private func run(_ operands: [Tensor], inPieces pieces: [Range<Int>]) -> Results {
    var state = [operands[0], operands[1]]
    let outputs = pieces.map { piece in
      let input: RecurrentInput =
        isOneHot
        ? .oneHot(
          Indices(
            Array(tokens.values[piece.lowerBound * rows..<piece.upperBound * rows]),
            shape: [piece.count, rows]))
        : .vectors(operands[operands.count - 1].sliced(piece, axis: 0))
      let results = run(state + operands.dropFirst(2), input)
      state = [results.hidden, results.cell]
      return results.output
    }
    return (concatenate(outputs, axis: 0), state[0], state[1])
  }

  /// The results and the gradients of a fixed projection of them: of all operands, or of those after the first ones.
  func resultsAndGradients(after constants: Int = 0) -> [Tensor] {
    let tape = Tape()
    let variables = operands.enumerated().map { $0 < constants ? $1 : tape.variable($1) }
    let results = runsInPieces.map { run(variables, inPieces: $0) } ?? run(variables)
    let all = [results.output, results.hidden] + (cell == .lstm ? [results.cell] : [])
    let loss = all.enumerated().map { index, result in
      (result * .random(result.shape, seed: UInt64(index) + 20)).sum()
    }.reduce(Tensor(0), +)
    return all + tape.gradients(of: loss).prefix(operands.count - constants).compactMap { $0 }
  }
}
