import Testing
import UnrollTensor
import UnrollTestSupport

/// The errors of exp, log, tanh and sigmoid against double precision. The bounds are the largest errors over every fifth
/// float, rounded up.
@Suite struct FunctionAccuracyTests {
  /// The largest relative and absolute errors over floats from the whole range and more of them from its middle.
  private func errors(
    _ function: (Tensor) -> Tensor, _ twin: (Double) -> Double, in range: ClosedRange<Float>,
    middle: ClosedRange<Float>
  ) -> (relative: Double, absolute: Double) {
    var arguments = stride(from: UInt32(0), to: .max, by: 13_117)
      .map { Float(bitPattern: $0) }
      .filter { range.contains($0) && !$0.isSubnormal }
    arguments += Tensor.random([100_000], seed: 1, in: middle).elements
    let results = function(Tensor(arguments, shape: [arguments.count])).elements
    var (relative, absolute) = (0.0, 0.0)
    for (x, y) in zip(arguments, results) {
      let expected = twin(Double(x))
      let error = abs(Double(y) - expected)
      guard error > 0 else { continue }
      absolute = max(absolute, error)
      relative = max(relative, error / abs(expected))
    }
    return (relative, absolute)
  }

  @Test func exponential() {
    let (relative, _) = errors(exp, SlowReference.exp, in: -87.3365...87, middle: -20...20)
    #expect(relative < 9e-8)
    let (large, _) = errors(exp, SlowReference.exp, in: 87...88.72283, middle: 87...88)
    #expect(large < 2.1e-7)
  }

  @Test func logarithm() {
    let (relative, _) = errors(
      log, SlowReference.log, in: .leastNormalMagnitude...Float.greatestFiniteMagnitude,
      middle: 0.5...2)
    #expect(relative < 1e-7)
  }

  @Test func hyperbolicTangent() {
    let (relative, absolute) = errors(
      tanh, SlowReference.tanh, in: -.infinity ... .infinity, middle: -9...9)
    #expect(absolute < 1e-7)
    #expect(relative < 1.9e-7)
  }

  @Test func hyperbolicTangentStaysWithinOne() {
    let x = Tensor.random([50_000], seed: 1, in: 7...10)
    #expect(tanh(x).elements.allSatisfy { $0 <= 1 })
    #expect(tanh(-1 * x).elements.allSatisfy { $0 >= -1 })
  }

  @Test func logisticFunction() {
    let (relative, absolute) = errors(
      sigmoid, SlowReference.sigmoid, in: -87...Float.infinity, middle: -20...20)
    #expect(absolute < 9e-8)
    #expect(relative < 1.7e-7)
  }

  @Test func limitsAreExact() {
    let infinity = Float.infinity
    let x = Tensor(
      [-infinity, -1e30, -200, -0.0, 0, 200, 1e30, infinity, .nan], shape: [9])
    func expect(_ function: (Tensor) -> Tensor, _ expected: [Float]) {
      let results = function(x).elements
      #expect(Array(results.dropLast()) == expected)
      #expect(results[8].isNaN)
    }
    expect(exp, [0, 0, 0, 1, 1, infinity, infinity, infinity])
    expect(tanh, [-1, -1, -1, 0, 0, 1, 1, 1])
    let least = sigmoid(Tensor(-87)).scalar
    #expect(least > 0 && least < 1.7e-38)
    expect(sigmoid, [least, least, least, 0.5, 0.5, 1, 1, 1])
    expect(relu, [0, 0, 0, 0, 0, 200, 1e30, infinity])

    let logarithms = log(Tensor([0, -0.0, -1, -infinity, infinity, .nan, 1], shape: [7])).elements
    #expect(logarithms[0] == -infinity && logarithms[1] == -infinity && logarithms[4] == infinity)
    #expect(logarithms[2].isNaN && logarithms[3].isNaN && logarithms[5].isNaN)
    #expect(logarithms[6] == 0)
  }

  /// They count as zeros.
  @Test func subnormalArguments() {
    let tiny = Tensor([.leastNonzeroMagnitude, 0x1p-130, -0x1p-140, -0.0], shape: [4])
    #expect(exp(tiny).elements == [1, 1, 1, 1])
    #expect(tanh(tiny).elements == [0, 0, 0, 0])
    #expect(tanh(tiny).elements[2].sign == .minus)
    #expect(log(tiny) == Tensor(repeating: -.infinity, shape: [4]))
    #expect(sigmoid(tiny).elements == [0.5, 0.5, 0.5, 0.5])
    #expect(tanh(tiny).elements[3].sign == .minus)
  }

  /// Results that would be subnormal are zero.
  @Test func exponentialHasNoSubnormalResults() {
    let x = Tensor.random([10_000], seed: 1, in: -110...(-80))
    for (x, y) in zip(x.elements, exp(x).elements) {
      #expect(y == 0 || y >= .leastNormalMagnitude)
      #expect(x < -87.3365 ? y == 0 : y > 0)
    }
  }
}
