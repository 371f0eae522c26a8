import Testing
import UnrollTensor
import UnrollTestSupport

@Suite struct MatrixProductTests {
  struct Sizes: CustomTestStringConvertible {
    let m, n, k: Int
    var testDescription: String { "\(m)x\(n)x\(k)" }
    init(_ m: Int, _ n: Int, _ k: Int) { (self.m, self.n, self.k) = (m, n, k) }
  }

  static let sizes = [
    Sizes(1, 1, 1), Sizes(1, 3, 15), Sizes(3, 1, 16), Sizes(15, 16, 1), Sizes(16, 17, 3),
    Sizes(17, 15, 16), Sizes(33, 3, 17), Sizes(3, 33, 5), Sizes(2, 65, 7), Sizes(13, 64, 2),
  ]

  @Test(arguments: sizes, [(false, false), (true, false), (false, true), (true, true)])
  func productOfMatrices(_ size: Sizes, transposes: (Bool, Bool)) {
    check([], [], size, transposes)
  }

  @Test(arguments: [[2], [2, 3]], [(false, false), (true, false), (false, true), (true, true)])
  func productOfStacks(_ axes: [Int], transposes: (Bool, Bool)) {
    for size in [Sizes(1, 1, 1), Sizes(3, 5, 4), Sizes(17, 3, 2), Sizes(2, 33, 3)] {
      check(axes, axes, size, transposes)
      check(axes, [], size, transposes)
    }
  }

  private func check(_ aAxes: [Int], _ bAxes: [Int], _ size: Sizes, _ transposes: (Bool, Bool)) {
    let (transposeA, transposeB) = transposes
    let a = Shape(aAxes + (transposeA ? [size.k, size.m] : [size.m, size.k]))
    let b = Shape(bAxes + (transposeB ? [size.n, size.k] : [size.k, size.n]))
    gradientCheck("matmul of \(a) and \(b)", [.random(a, seed: 1), .random(b, seed: 2)]) {
      [matmul($0[0], $0[1], transposeA: transposeA, transposeB: transposeB)]
    } twin: {
      [SlowReference.matmul($0[0], $0[1], transposeA: transposeA, transposeB: transposeB)]
    }
  }

  @Test(arguments: sizes, [false, true])
  func linearLayer(_ size: Sizes, hasBias: Bool) {
    let operands: [Tensor] = [
      .random([size.m, size.k], seed: 1), .random([size.n, size.k], seed: 2),
      .random([size.n], seed: 3),
    ]
    gradientCheck("linear \(size)", hasBias ? operands : operands.dropLast()) {
      [linear($0[0], weight: $0[1], bias: hasBias ? $0[2] : nil)]
    } twin: {
      [SlowReference.linear($0[0], weight: $0[1], bias: hasBias ? $0[2] : nil)]
    }
  }

  @Test func linearLayerOverLeadingAxes() {
    let operands: [Tensor] = [.random([2, 3, 5], seed: 1), .random([4, 5], seed: 2)]
    gradientCheck("linear", operands) {
      [
        linear($0[0], weight: $0[1], bias: nil),
        linear($0[0].sliced(0..<1, axis: 1), weight: $0[1], bias: nil),
      ]
    } twin: {
      [
        SlowReference.linear($0[0], weight: $0[1], bias: nil),
        SlowReference.linear(SlowReference.sliced($0[0], 0..<1, axis: 1), weight: $0[1], bias: nil),
      ]
    }
  }

  static let chains = [
    Sizes(1, 1, 1), Sizes(1, 1, 7), Sizes(1, 33, 5), Sizes(5, 1, 9), Sizes(2, 3, 4),
    Sizes(13, 31, 6),
    Sizes(49, 8, 3), Sizes(7, 33, 2), Sizes(97, 17, 5), Sizes(3, 40, 513), Sizes(1, 2, 1025),
    Sizes(13, 3, 600), Sizes(2, 100, 1), Sizes(4, 65, 512), Sizes(3, 3, 0),
  ]

  /// The rule that all determinism rests on: every element is one chain of fused multiply-adds in order of k.
  @Test(arguments: chains, [(false, false), (true, false), (false, true), (true, true)])
  func everyElementIsOneChainInOrderOfDepth(_ size: Sizes, transposes: (Bool, Bool)) {
    let (transposeA, transposeB) = transposes
    let a = Tensor.random([size.m, size.k], seed: 5)
    let b = Tensor.random([size.k, size.n], seed: 6)
    let product = matmul(
      transposeA ? a.transposed(0, 1) : a, transposeB ? b.transposed(0, 1) : b,
      transposeA: transposeA, transposeB: transposeB)
    expectEqualBits(product, chain(a, b, start: Array(repeating: 0, count: size.n)), "\(size)")
  }

  @Test(arguments: chains)
  func linearLayerChainsFromTheBias(_ size: Sizes) {
    let x = Tensor.random([size.m, size.k], seed: 5)
    let weight = Tensor.random([size.n, size.k], seed: 6)
    let bias = Tensor.random([size.n], seed: 7)
    expectEqualBits(
      linear(x, weight: weight, bias: bias),
      chain(x, weight.transposed(0, 1), start: bias.elements), "\(size)")
  }

  /// A weight's gradient is a sum over all rows, in order, also where the rows do not fit one pass.
  @Test(arguments: [1, 5, 512, 513, 1100])
  func weightGradientsChainOverRows(rows: Int) {
    let x = Tensor.random([rows, 3], seed: 5)
    let upstream = Tensor.random([rows, 5], seed: 6)
    let tape = Tape()
    let weight = tape.variable(.random([5, 3], seed: 7))
    let gradients = tape.gradients(of: (linear(x, weight: weight, bias: nil) * upstream).sum())
    let expected = chain(upstream.transposed(0, 1), x, start: [0, 0, 0])
    #expect(gradients[0] == expected)
  }

  private func chain(_ a: Tensor, _ b: Tensor, start: [Float]) -> Tensor {
    let (m, k, n) = (a.shape[0], a.shape[1], b.shape[1])
    let (left, right) = (a.elements, b.elements)
    var result: [Float] = []
    for i in 0..<m {
      for j in 0..<n {
        var sum = start[j]
        for l in 0..<k { sum = sum.addingProduct(left[i * k + l], right[l * n + j]) }
        result.append(sum)
      }
    }
    return Tensor(result, shape: [m, n])
  }
}
