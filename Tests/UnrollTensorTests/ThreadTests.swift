import Testing
import UnrollTensor
import UnrollTestSupport

/// Results and gradients do not depend on the number of threads, at sizes where several of them are used.
@Suite struct ThreadTests {
  struct Program: Sendable, CustomTestStringConvertible {
    let testDescription: String
    let run: @Sendable () -> [Tensor]

    init(_ name: String, _ run: @escaping @Sendable () -> [Tensor]) {
      testDescription = name
      self.run = run
    }

    /// The result of an operation and the gradients of a random projection of it.
    init(
      _ name: String, _ shapes: [Shape],
      _ operation: @escaping @Sendable ([Tensor]) -> Tensor
    ) {
      self.init(name) {
        let tape = Tape()
        let operands = shapes.enumerated().map { index, shape in
          tape.variable(.random(shape, seed: UInt64(index), in: 0.1...1))
        }
        let result = operation(operands)
        let loss = (result * .random(result.shape, seed: 99)).sum()
        return [result] + tape.gradients(of: loss).prefix(shapes.count).compactMap { $0 }
      }
    }
  }

  static let programs =
    [
      Program("matmul by rows", [[161, 33], [33, 65]]) { matmul($0[0], $0[1]) },
      Program("matmul by columns", [[3, 64], [64, 2001]]) { matmul($0[0], $0[1]) },
      Program("matmul of stacks", [[2, 31, 161], [2, 65, 31]]) {
        matmul($0[0], $0[1], transposeA: true, transposeB: true)
      },
      Program("linear", [[321, 65], [33, 65], [33]]) {
        linear($0[0], weight: $0[1], bias: $0[2])
      },
      Program("elements", [[170_003], [170_003]]) { tanh($0[0]) * $0[1] + exp($0[0]) },
      Program("repeated rows", [[1101, 400], [400]]) { relu($0[0] - $0[1]) },
      Program("repeated columns", [[1101, 400], [1101, 1]]) { $0[0] / $0[1] },
      Program("repeated both ways", [[301, 1, 300], [7, 1]]) { $0[0] * $0[1] - $0[1] },
      Program("repeated number", [[170_003], [1]]) { abs($0[0] + $0[1]) },
      Program("sums along axes", [[301, 7, 300]]) {
        ($0[0].sum(axis: 1) * $0[0].mean(axes: [0, 1])).sum(axis: -1, keepsAxis: true)
      },
      Program("extremes", [[301, 7, 300]]) { $0[0].max(axis: 1) + $0[0].min(axis: 1) },
      Program("replaced elements", [[301, 7, 300]]) {
        sqrt($0[0]).replacing(with: 3, where: Tensor.random([301, 7, 1], seed: 5) .> 0)
      },
      Program("softmax along the first axis", [[65, 2601]]) { softmax($0[0], axis: 0) },
      Program("functions", [[5, 33_001]]) { log(sigmoid($0[0])) },
      Program("softmax", [[2601, 65]]) { softmax($0[0]) },
      Program("logSoftmax", [[2601, 65]]) { logSoftmax($0[0]) },
      Program("layerNorm", [[1301, 65], [65], [65]]) {
        layerNorm($0[0], weight: $0[1], bias: $0[2])
      },
      Program("crossEntropy", [[1301, 33]]) {
        crossEntropy($0[0], .random([1301], below: 33, seed: 1), labelSmoothing: 0.1)
      },
      Program("embedding", [[20, 200]]) { embedding($0[0], .random([1001], below: 20, seed: 1)) },
      Program("dropout", [[5, 9001]]) {
        var stream = RandomStream(seed: 1, purpose: .dropout)
        return dropout($0[0], probability: 0.3, using: &stream)
      },
      Program("sumOfSquares") {
        let sum = Tensor.random([330_001], seed: 1).sumOfSquares()
        return [Tensor([Float(sum), Float(sum - Double(Float(sum)))], shape: [2])]
      },
    ] + recurrent

  /// Split by rows; with fewer rows than threads by units; by both.
  static let recurrent =
    recurrentPrograms(hiddenSize: 33, rows: 61) + recurrentPrograms(hiddenSize: 150, rows: 3)
    + recurrentPrograms(hiddenSize: 80, rows: 12)

  private static func recurrentPrograms(hiddenSize: Int, rows: Int) -> [Program] {
    RecurrentCase.all(hiddenSizes: [hiddenSize]).filter { $0.hasBias && $0.isRagged }.map { layer in
      var layer = layer
      (layer.rows, layer.inputSize) = (rows, 40)
      layer.steps = layer.cell.gateCount == 1 ? 16 : 5
      return Program("\(layer.testDescription), \(rows) rows") { [layer] in
        layer.resultsAndGradients()
      }
    }
  }

  @Test(arguments: programs)
  func theirNumberNeverChangesABit(_ program: Program) {
    let expected = Threads.withCount(1, program.run)
    for count in [2, 3, 5, 8] {
      let actual = Threads.withCount(count, program.run)
      #expect(actual.count == expected.count)
      for (index, (a, b)) in zip(actual, expected).enumerated() {
        expectEqualBits(a, b, "result \(index) with \(count) threads")
      }
    }
  }

  @Test func callersAtTheSameTimeDoNotDisturbEachOther() async {
    let x = Tensor.random([161, 65], seed: 1)
    let expected = Threads.withCount(1) { matmul(x, x, transposeB: true) }
    await withTaskGroup(of: Tensor.self) { group in
      for count in 1...12 {
        group.addTask { Threads.withCount(count) { matmul(x, x, transposeB: true) } }
      }
      for await product in group { expectEqualBits(product, expected) }
    }
  }

  @Test func theirNumberHoldsForACallOnly() {
    #expect(Threads.count == Threads.available)
    Threads.withCount(3) {
      #expect(Threads.count == 3)
      Threads.withCount(1) { #expect(Threads.count == 1) }
      #expect(Threads.count == 3)
    }
    #expect(Threads.count == Threads.available)
  }
}
