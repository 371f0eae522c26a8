import Testing
import UnrollTensor
import UnrollTestSupport

@Suite struct ElementwiseTests {
  static let pairs: [(Shape, Shape)] = [
    ([], []), ([1], [1]), ([3], [3]), ([15], [15]), ([16], [16]), ([17], [17]),
    ([5, 33], [5, 33]),
    ([2, 3, 4], [2, 3, 4]), ([64], []), ([3, 1], [1]), ([4, 3], [3]), ([2, 5, 17], [17]),
    ([2, 5, 17], [5, 17]), ([2, 2, 2, 3], [2, 3]), ([7, 65], []), ([1, 16], [16]),
    ([3, 4], [3, 1]), ([3, 1], [1, 4]), ([2, 3, 4], [2, 1, 4]), ([2, 3, 4], [3, 1]),
    ([2, 1, 4], [3, 1]), ([4, 1, 33], [1, 3, 1]), ([2, 3, 2, 3], [2, 1, 2, 1]), ([1, 1], [1]),
    ([1, 1, 1], []), ([2, 1100], [2, 1]), ([0, 3], [3]), ([2, 0], [2, 1]), ([2, 1], [1, 0]),
  ]

  @Test(arguments: pairs, [false, true])
  func pairsMeetByTheRulesOfNumPy(_ shapes: (Shape, Shape), exchanged: Bool) {
    let operands = [
      Tensor.random(exchanged ? shapes.1 : shapes.0, seed: 1),
      Tensor.random(exchanged ? shapes.0 : shapes.1, seed: 2),
    ]
    gradientCheck("sum", operands) {
      [$0[0] + $0[1]]
    } twin: {
      [SlowReference.combine($0[0], $0[1], +)]
    }
    gradientCheck("difference", operands) {
      [$0[0] - $0[1]]
    } twin: {
      [SlowReference.combine($0[0], $0[1], -)]
    }
    gradientCheck("product", operands) {
      [$0[0] * $0[1]]
    } twin: {
      [SlowReference.combine($0[0], $0[1], *)]
    }
    let awayFromZero = operands.enumerated().map { index, operand in
      Tensor.random(operand.shape, seed: UInt64(index) + 5, in: 0.5...1.5)
    }
    gradientCheck("quotient", awayFromZero) {
      [$0[0] / $0[1]]
    } twin: {
      [SlowReference.combine($0[0], $0[1], /)]
    }
  }

  static let functions:
    [(name: String, apply: @Sendable (Tensor) -> Tensor, twin: @Sendable (Double) -> Double)] = [
      ("tanh", { tanh($0) }, { SlowReference.tanh($0) }),
      ("sigmoid", { sigmoid($0) }, { SlowReference.sigmoid($0) }),
      ("relu", { relu($0) }, { SlowReference.relu($0) }),
      ("exp", { exp($0) }, { SlowReference.exp($0) }),
      ("multiple", { -2.5 * $0 }, { -2.5 * $0 }),
      ("multiple of an integer", { $0 * 2 }, { $0 * 2 }),
      ("opposite", { -$0 }, { -$0 }),
      ("sum with a number", { $0 + 2 }, { $0 + 2 }),
      ("sum of a number", { 1.5 + $0 }, { 1.5 + $0 }),
      ("difference from a number", { 1 - $0 }, { 1 - $0 }),
      ("difference with a number", { $0 - 0.5 }, { $0 - 0.5 }),
      ("quotient by a number", { $0 / 3 }, { $0 / 3 }),
      ("quotient of a number", { 1 / ($0 + 5) }, { 1 / ($0 + 5) }),
      ("absolute value", { abs($0) }, { abs($0) }),
      ("square root", { sqrt($0 + 4) }, { ($0 + 4).squareRoot() }),
    ]

  static let shapes: [Shape] = [
    [], [1], [3], [15], [16], [17], [33], [64], [65], [3, 5], [2, 3, 11],
  ]

  @Test(arguments: functions.indices, shapes)
  func functionsOfOneArgument(_ index: Int, shape: Shape) {
    let function = Self.functions[index]
    gradientCheck(function.name, [.random(shape, seed: 3, in: -3...3)]) {
      [function.apply($0[0])]
    } twin: {
      [$0[0].map(function.twin)]
    }
  }

  @Test(arguments: shapes)
  func logarithm(shape: Shape) {
    gradientCheck("log", [.random(shape, seed: 4, in: 0.1...5)]) {
      [log($0[0])]
    } twin: {
      [$0[0].map(SlowReference.log)]
    }
  }

  @Test func emptyTensorsPassThrough() {
    let empty = Tensor(zeros: [0, 3])
    #expect((empty + empty).shape == [0, 3])
    #expect((empty * Tensor(repeating: 1, shape: [3])).shape == [0, 3])
    #expect(tanh(empty).count == 0)
    #expect(empty.sum().scalar == 0)
    let tape = Tape()
    let bias = tape.variable(Tensor(repeating: 1, shape: [3]))
    #expect(tape.gradients(of: (empty + bias).sum())[0] == Tensor(zeros: [3]))
  }
}
