import Testing
import UnrollTensor
import UnrollTestSupport

/// A linear layer with its loss in chunks of rows equals the two operations, to the bit.
struct LinearCrossEntropyTests {
  struct Case: Sendable, CustomStringConvertible {
    let rows: Int
    let classes: Int
    var inputs = 7
    var smoothing: Float = 0
    var hasBias = true
    var ignored = 3

    var description: String { "\(rows) rows, \(classes) classes, \(inputs) inputs, \(smoothing)" }
  }

  /// Above a million of rows times classes, chunks are of 96 rows.
  static let cases = [
    Case(rows: 1, classes: 2), Case(rows: 30, classes: 65, inputs: 40),
    Case(rows: 12, classes: 5, smoothing: 0.1), Case(rows: 9, classes: 17, hasBias: false),
    Case(rows: 4, classes: 6, ignored: 4), Case(rows: 290, classes: 4001, inputs: 9),
    Case(rows: 192, classes: 6000, inputs: 5, smoothing: 0.2, hasBias: false),
    Case(rows: 97, classes: 11_000, inputs: 3),
  ]

  private struct Results: Equatable {
    let loss: Tensor
    let gradients: [Tensor?]
  }

  private func results(
    _ test: Case, seed: Float = 1, factor: Float = 1,
    _ loss: (Tensor, Tensor, Tensor?, Indices) -> Tensor
  ) -> Results {
    var random = MersenneTwister(seed: 4)
    let tape = Tape(seed: seed)
    func variable(_ shape: Shape) -> Tensor {
      tape.variable(.uniform(shape, from: -1, to: 1, using: &random))
    }
    let (x, weight) = (variable([test.rows, test.inputs]), variable([test.classes, test.inputs]))
    let bias = test.hasBias ? variable([test.classes]) : nil
    let targets = Indices(
      (0..<test.rows).map { $0 < test.ignored ? -100 : Int32($0 * 31 % test.classes) })
    let value = loss(x, weight, bias, targets)
    let result = factor == 1 ? value : factor * value
    let gradients = tape.gradients(of: result)
    return Results(loss: value.detached(), gradients: Array(gradients.prefix(test.hasBias ? 3 : 2)))
  }

  private func chunked(_ test: Case, seed: Float = 1, factor: Float = 1) -> Results {
    results(test, seed: seed, factor: factor) {
      linearCrossEntropy($0, weight: $1, bias: $2, $3, labelSmoothing: test.smoothing)
    }
  }

  private func whole(_ test: Case, seed: Float = 1, factor: Float = 1) -> Results {
    results(test, seed: seed, factor: factor) {
      crossEntropy(
        linear($0, weight: $1, bias: $2), $3, labelSmoothing: test.smoothing, reduction: .sum)
    }
  }

  @Test(arguments: cases, [1, 2, 5])
  func bitsAreThoseOfTheTwoOperations(_ test: Case, threads: Int) {
    Threads.withCount(threads) {
      #expect(chunked(test, seed: 0.125) == whole(test, seed: 0.125))
      #expect(chunked(test, seed: 1 / 35) == whole(test, seed: 1 / 35))
    }
  }

  /// What changes the loss behind the operation is not known in advance: one rounding more.
  @Test(arguments: cases)
  func lossThatIsScaledHasItsGradient(_ test: Case) throws {
    let (a, b) = (chunked(test, factor: 0.3), whole(test, factor: 0.3))
    for (left, right) in zip(a.gradients, b.gradients) {
      expectClose(
        try #require(left), try #require(right), relative: 1e-5, absolute: 1e-4)
    }
  }

  @Test func withoutATapeThereIsOnlyTheLoss() {
    var random = MersenneTwister(seed: 4)
    let x = Tensor.uniform([3, 2, 4], from: -1, to: 1, using: &random)
    let weight = Tensor.uniform([5, 4], from: -1, to: 1, using: &random)
    let targets = Indices([0, 1, 2, 3, 4, 0], shape: [3, 2])
    #expect(
      linearCrossEntropy(x, weight: weight, bias: nil, targets)
        == crossEntropy(linear(x, weight: weight, bias: nil), targets, reduction: .sum))
  }
}
