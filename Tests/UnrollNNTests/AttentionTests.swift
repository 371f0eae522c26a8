import Foundation
import Testing
import UnrollNN
import UnrollTensor
import UnrollTestSupport

/// Means of what was read, weighted for each query, and the gradients of that.
struct AttentionTests {
  private static let (read, rows, memory, asked, query, size) = (5, 3, 4, 2, 3, 6)
  private static let lengths: [Int32] = [2, 5, 1]

  /// Queries, what was read, and the parameters.
  private static func operands(_ score: Attention.Score) -> [Tensor] {
    let shapes: [Shape] =
      [[rows, asked, query], [read, rows, memory]]
      + (score == .additive ? [[size, memory], [size, query], [1, size]] : [[query, memory]])
    return shapes.enumerated().map { Tensor.random($1, seed: UInt64($0) + 3) }
  }

  private static func layer(_ score: Attention.Score, _ operands: [Tensor]) -> Attention {
    func linear(_ index: Int) -> Linear { Linear(weight: operands[index], bias: nil) }
    return score == .additive
      ? Attention(key: linear(2), query: linear(3), energy: linear(4)) : Attention(key: linear(2))
  }

  @Test(arguments: Attention.Score.allCases, [nil, lengths])
  func valuesAndGradientsAreThoseOfTheTwin(_ score: Attention.Score, _ lengths: [Int32]?) {
    gradientCheck("attention", Self.operands(score)) { operands in
      let layer = Self.layer(score, operands)
      return [layer(operands[0], over: layer.memory(of: operands[1], lengths: lengths)).context]
    } twin: { operands in
      let elements = operands.map(\.elements)
      func product(_ matrix: Int, _ width: Int, _ vector: [Double]) -> [Double] {
        stride(from: 0, to: elements[matrix].count, by: width).map { row in
          zip(elements[matrix][row..<row + width], vector).reduce(0.0) { $0 + $1.0 * $1.1 }
        }
      }
      var contexts: [Double] = []
      for row in 0..<Self.rows {
        let count = lengths.map { Int($0[row]) } ?? Self.read
        let vectors = (0..<count).map { step in
          (0..<Self.memory).map { elements[1][(step * Self.rows + row) * Self.memory + $0] }
        }
        for place in 0..<Self.asked {
          let first = (row * Self.asked + place) * Self.query
          let query = Array(elements[0][first..<first + Self.query])
          let scores = vectors.map { vector in
            guard score == .additive else {
              return zip(query, product(2, Self.memory, vector)).reduce(0.0) { $0 + $1.0 * $1.1 }
            }
            let both = zip(product(3, Self.query, query), product(2, Self.memory, vector))
            return zip(elements[4], both).reduce(0.0) { $0 + $1.0 * tanh($1.1.0 + $1.1.1) }
          }
          let total = scores.reduce(0) { $0 + exp($1) }
          contexts += (0..<Self.memory).map { column in
            zip(vectors, scores).reduce(0) { $0 + $1.0[column] * exp($1.1) / total }
          }
        }
      }
      return [DoubleTensor(contexts, shape: [Self.rows, Self.asked, Self.memory])]
    }
  }

  @Test(arguments: Attention.Score.allCases)
  func whatStandsPastAnEndChangesNotABit(_ score: Attention.Score) {
    let operands = Self.operands(score)
    let (layer, queries, states) = (Self.layer(score, operands), operands[0], operands[1])
    var wild = states
    wild.withUnsafeMutableElements { elements in
      for row in 0..<Self.rows {
        for step in Int(Self.lengths[row])..<Self.read {
          for column in 0..<Self.memory {
            elements[(step * Self.rows + row) * Self.memory + column] =
              column == 0 ? .nan : .infinity
          }
        }
      }
    }
    let calm = layer(queries, over: layer.memory(of: states, lengths: Self.lengths))
    let result = layer(queries, over: layer.memory(of: wild, lengths: Self.lengths))
    expectEqualBits(result.context, calm.context)
    expectEqualBits(result.weights, calm.weights)
    for (row, length) in Self.lengths.enumerated() {
      let alone = layer(
        queries.sliced(row..<row + 1, axis: 0),
        over: layer.memory(
          of: states.sliced(0..<Int(length), axis: 0).sliced(row..<row + 1, axis: 1)))
      expectEqualBits(alone.context, calm.context.sliced(row..<row + 1, axis: 0))
      let weights = calm.weights.sliced(row..<row + 1, axis: 0)
      expectEqualBits(alone.weights, weights.sliced(0..<Int(length), axis: 2))
      #expect(weights.sliced(Int(length)..<Self.read, axis: 2).elements.allSatisfy { $0 == 0 })
    }
  }

  @Test(arguments: Attention.Score.allCases)
  func parametersHaveTheirNames(_ score: Attention.Score) {
    var random = MersenneTwister(seed: 1)
    let layer = Attention(
      score, querySize: 3, memorySize: 4, attentionSize: 6, using: &random)
    #expect(layer.score == score)
    #expect(
      layer.parameters.map { "\($0.name) \($0.value.shape)" }
        == (score == .additive
          ? ["key.weight [6, 4]", "query.weight [6, 3]", "energy.weight [1, 6]"]
          : ["key.weight [3, 4]"]))
  }
}
