import Testing
import UnrollNN
import UnrollTensor
import UnrollTestSupport

/// A kind of recurrent network on which a law is to hold, with fixed random parameters, inputs and states.
struct Variant: Sendable, CustomStringConvertible {
  let configuration: RecurrentStack.Configuration

  /// T and N: more rows than one block of the matrix product has.
  static let steps = 7
  static let rows = 13
  /// One row of full length, others shorter, in no order.
  static let lengths: [Int32] = [3, 7, 1, 5, 2, 6, 4, 7, 1, 3, 5, 2, 6]

  /// Every cell × layers × directions, with and without biases, with fewer and with more units than inputs and than one
  /// panel of the matrix product has.
  static let all: [Variant] = {
    let cells: [(RecurrentCell, isProjected: Bool)] = [
      (.rnnTanh, false), (.rnnReLU, false), (.lstm, false), (.lstm, true), (.gru, false),
    ]
    var all: [Variant] = []
    for (cell, isProjected) in cells {
      for layers in [1, 2] {
        for isBidirectional in [false, true] {
          for (input, hidden, bias) in [(3, 5, true), (40, 37, true), (9, 33, false)] {
            all.append(
              Variant(
                configuration: .init(
                  cell: cell, inputSize: input, hiddenSize: hidden, layerCount: layers,
                  hasBias: bias, isBidirectional: isBidirectional,
                  projectionSize: isProjected ? hidden - 2 : 0)))
          }
        }
      }
    }
    return all
  }()

  static let unidirectional = all.filter { !$0.configuration.isBidirectional }
  static let bidirectional = all.filter { $0.configuration.isBidirectional }

  var description: String {
    let c = configuration
    return "\(c.cell) \(c.inputSize) → \(c.hiddenSize)"
      + (c.projectionSize > 0 ? " → \(c.projectionSize)" : "") + " × \(c.layerCount)"
      + (c.isBidirectional ? " both ways" : "") + (c.hasBias ? "" : " without bias")
  }

  var stack: RecurrentStack {
    var random = MersenneTwister(seed: 5)
    return RecurrentStack(configuration, using: &random)
  }

  /// `[T, N, D]`.
  var input: Tensor { .random([Self.steps, Self.rows, configuration.inputSize], seed: 1) }

  /// `[T, N]`.
  var tokens: Indices {
    .random([Self.steps, Self.rows], below: configuration.inputSize, seed: 2)
  }

  /// Both of them.
  var inputs: [RecurrentInput] { [.vectors(input), .oneHot(tokens)] }

  /// For N rows, not zero.
  var state: RecurrentState {
    var state = stack.initialState(batchSize: Self.rows)
    for index in state.hidden.indices {
      state.hidden[index] = .random(state.hidden[index].shape, seed: UInt64(10 + index))
      state.cell[index] = .random(state.cell[index].shape, seed: UInt64(30 + index))
    }
    return state
  }
}

extension RecurrentInput {
  /// Some steps of it.
  func steps(_ range: Range<Int>) -> RecurrentInput {
    switch self {
    case .vectors(let x): .vectors(x.sliced(range, axis: 0))
    case .oneHot(let tokens):
      .oneHot(
        Indices(
          Array(
            tokens.values[range.lowerBound * tokens.shape[1]..<range.upperBound * tokens.shape[1]]),
          shape: [range.count, tokens.shape[1]]))
    }
  }
}

extension RecurrentState {
  /// The state of one row, N = 1.
  func row(_ row: Int) -> RecurrentState {
    RecurrentState(
      hidden: hidden.map { $0.sliced(row..<row + 1, axis: 0) },
      cell: cell.map { $0.sliced(row..<row + 1, axis: 0) })
  }
}

/// Expects two states to be equal to the bit.
func expectEqualBits(_ actual: RecurrentState, _ expected: RecurrentState, _ name: String) {
  #expect(actual.hidden.count == expected.hidden.count, "\(name)")
  for (index, (a, b)) in zip(actual.hidden, expected.hidden).enumerated() {
    expectEqualBits(a, b, "\(name): hidden state \(index)")
  }
  for (index, (a, b)) in zip(actual.cell, expected.cell).enumerated() {
    expectEqualBits(a, b, "\(name): cell state \(index)")
  }
}
