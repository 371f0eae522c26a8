import CUnroll
import Testing
import UnrollTensor
import UnrollTestSupport

/// Numbers below the smallest normal one count as zero in every operation, and the caller's floating-point mode is neither
/// used nor changed.
@Suite struct DenormalTests {
  /// An operation on tiny numbers, and its gradients.
  struct Program: Sendable, CustomTestStringConvertible {
    let testDescription: String
    let shapes: [Shape]
    let operation: @Sendable ([Tensor]) -> Tensor

    init(
      _ name: String, _ shapes: Shape..., operation: @escaping @Sendable ([Tensor]) -> Tensor
    ) {
      testDescription = name
      self.shapes = shapes
      self.operation = operation
    }

    var operands: [Tensor] {
      shapes.enumerated().map { .tiny($1, seed: UInt64($0)) }
    }

    /// The result, and the gradients of its projection on tiny numbers.
    func run(_ operands: [Tensor]) -> [Tensor] {
      let tape = Tape()
      let variables = operands.map { tape.variable($0) }
      let result = operation(variables)
      let loss = (result * .tiny(result.shape, seed: 99)).sum()
      return [result] + tape.gradients(of: loss).prefix(operands.count).compactMap { $0 }
    }
  }

  static let programs = [
    Program("sum", [40_003], [40_003]) { $0[0] + $0[1] },
    Program("difference", [40_003], [40_003]) { $0[0] - $0[1] },
    Program("product", [40_003], [40_003]) { $0[0] * $0[1] },
    Program("quotient", [40_003], [40_003]) { $0[0] / $0[1] },
    Program("root of the absolute value", [9001]) { sqrt(abs($0[0])) },
    Program("repeated", [401, 100], [100]) { $0[0] * $0[1] },
    Program("functions", [5, 9001]) { tanh($0[0]) + sigmoid($0[0]) * exp($0[0]) },
    Program("relu", [5, 9001]) { relu($0[0]) },
    Program("softmax", [601, 65]) { softmax($0[0]) },
    Program("logSoftmax", [601, 65]) { logSoftmax($0[0]) },
    Program("layerNorm", [601, 65], [65], [65]) {
      layerNorm($0[0], weight: $0[1], bias: $0[2], epsilon: 0)
    },
    Program("crossEntropy", [301, 33]) {
      crossEntropy($0[0], .random([301], below: 33, seed: 1), labelSmoothing: 0.1)
    },
    Program("matmul", [161, 33], [33, 65]) { matmul($0[0], $0[1]) },
    Program("matmul of one row", [1, 300], [300, 600]) { matmul($0[0], $0[1]) },
    Program("linear", [321, 65], [33, 65], [33]) {
      linear($0[0], weight: $0[1], bias: $0[2])
    },
    Program("large factor", [161, 33], [33, 65]) { matmul(0x1p60 * $0[0], $0[1]) },
    Program("sums", [301, 33]) { $0[0].sum(axis: 0) + $0[0].mean(axis: 0) },
  ]

  static let layers = RecurrentCase.all(hiddenSizes: [33]).filter { $0.isRagged && $0.hasBias }

  private func flushed(_ x: Tensor) -> Tensor {
    Tensor(
      x.elements.map { $0.isSubnormal ? Float(signOf: $0, magnitudeOf: 0) : $0 }, shape: x.shape)
  }

  private func hasDenormals(_ x: Tensor) -> Bool { x.elements.contains { $0.isSubnormal } }

  /// So results are equal to the bit if denormal operands are made zeros first, and never are denormal themselves.
  @Test(arguments: programs)
  func denormalNumbersCountAsZero(_ program: Program) {
    let operands = program.operands
    #expect(operands.allSatisfy(hasDenormals))
    let results = program.run(operands)
    let expected = program.run(operands.map(flushed))
    for (index, (a, b)) in zip(results, expected).enumerated() {
      expectEqualBits(a, b, "result \(index)")
      #expect(!hasDenormals(a), "result \(index)")
    }
  }

  @Test(arguments: programs)
  func threadsNeverChangeABit(_ program: Program) {
    let expected = Threads.withCount(1) { program.run(program.operands) }
    for count in [2, 3, 8] {
      let actual = Threads.withCount(count) { program.run(program.operands) }
      for (index, (a, b)) in zip(actual, expected).enumerated() {
        expectEqualBits(a, b, "result \(index) with \(count) threads")
      }
    }
  }

  @Test(arguments: layers)
  func recurrentLayersOfTinyWeightsAreEqualForAllThreads(_ layer: RecurrentCase) {
    var layer = layer
    (layer.rows, layer.inputSize) = (61, 40)
    layer.isTiny = true
    let expected = Threads.withCount(1) { [layer] in layer.resultsAndGradients() }
    #expect(!expected.contains(where: hasDenormals))
    for count in [2, 5] {
      let actual = Threads.withCount(count) { [layer] in layer.resultsAndGradients() }
      for (index, (a, b)) in zip(actual, expected).enumerated() {
        expectEqualBits(a, b, "result \(index) with \(count) threads")
      }
    }
  }

  /// Bits that a caller may have set in its control and status registers.
  private enum CallersBits {
    #if arch(x86_64)
    static let flushing: CUnroll_FloatingPointState = 0x8040
    static let roundingUp: CUnroll_FloatingPointState = 0x4000
    static let inexact: CUnroll_FloatingPointState = 0x20
    #else
    static let flushing: CUnroll_FloatingPointState = 1 << 24
    static let roundingUp: CUnroll_FloatingPointState = 1 << 22
    static let inexact: CUnroll_FloatingPointState = 1 << 36
    #endif
  }

  /// Runs a body with bits set in the registers of this thread, and expects it to leave them as they are.
  private func withBits<Result>(_ bits: CUnroll_FloatingPointState, _ body: () -> Result) -> Result
  {
    let own = CUnroll_floatingPointState()
    defer { CUnroll_leaveKernels(own) }
    CUnroll_leaveKernels(own | bits)
    let before = CUnroll_floatingPointState()
    let result = body()
    let after = CUnroll_floatingPointState()
    CUnroll_leaveKernels(own)
    #expect(after == before)
    return result
  }

  /// Whether the caller flushes numbers itself, and which flags it has raised, neither shows in a result nor changes.
  @Test(arguments: programs, [1, 3])
  func callersModeIsNeitherUsedNorChanged(_ program: Program, threads: Int) {
    let operands = program.operands
    let expected = program.run(operands)
    for bits in [0, CallersBits.flushing, CallersBits.inexact] {
      let results = withBits(bits) { Threads.withCount(threads) { program.run(operands) } }
      for (index, (a, b)) in zip(results, expected).enumerated() {
        expectEqualBits(a, b, "result \(index)")
      }
    }
  }

  @Test func callersRoundingDoesNotReachKernels() {
    let (a, b) = (Tensor.random([161, 33], seed: 1), Tensor.random([33, 65], seed: 2))
    func results() -> [Tensor] {
      [a + a * a, matmul(a, b), tanh(a), exp(a), log(a * a), softmax(a), a.sum(axis: 0), a.sum()]
    }
    for (x, y) in zip(withBits(CallersBits.roundingUp, results), results()) {
      expectEqualBits(x, y)
    }
  }

  /// Copying is not arithmetic.
  @Test func copiesKeepDenormalNumbers() {
    let x = Tensor.tiny([7, 5, 3], seed: 1)
    expectEqualBits(x.transposed(0, 2).transposed(0, 2), x)
    expectEqualBits(concatenate([x.sliced(0..<2, axis: 0), x.sliced(2..<7, axis: 0)], axis: 0), x)
    expectEqualBits(
      embedding(x.reshaped([7, 15]), Indices([3], shape: [1])).reshaped([1, 5, 3]),
      x.sliced(3..<4, axis: 0))
  }
}
