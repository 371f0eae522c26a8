import Testing
import UnrollTensor
import UnrollTestSupport

@Suite struct ReductionTests {
  static let shapes: [Shape] = [
    [1], [3], [15], [16], [17], [33], [64], [65], [3, 5], [16, 17], [2, 33, 4], [2, 1, 3, 65],
  ]

  @Test(arguments: shapes)
  func sumAndMeanOfAll(shape: Shape) {
    let count = Double(shape.elementCount)
    gradientCheck("sum and mean of \(shape)", [.random(shape, seed: 1)]) {
      [$0[0].sum(), $0[0].mean()]
    } twin: {
      let sum = SlowReference.sum($0[0])
      return [sum, sum.map { $0 / count }]
    }
  }

  @Test(arguments: shapes)
  func sumAndMeanAlongEveryAxis(shape: Shape) {
    for axis in shape.indices {
      let length = Double(shape[axis])
      gradientCheck("sum and mean of \(shape) along \(axis)", [.random(shape, seed: 1)]) {
        [$0[0].sum(axis: axis), $0[0].mean(axis: axis)]
      } twin: {
        let sum = SlowReference.sum($0[0], axis: axis)
        return [sum, sum.map { $0 / length }]
      }
    }
  }

  @Test(arguments: [1, 3, 15, 16, 17, 1000])
  func sumOfSquaresIsExactToDoublePrecision(count: Int) {
    let x = Tensor.random([count], seed: 1)
    let expected = x.elements.reduce(0) { $0 + Double($1) * Double($1) }
    #expect(abs(x.sumOfSquares() - expected) <= 1e-13 * expected)
  }

  /// Sixteen lanes, added as a tree of halves.
  @Test(arguments: [1, 15, 16, 17, 100])
  func theOrderOfASumIsFixed(count: Int) {
    let x = Tensor.random([count], seed: 2)
    var lanes = [Float](repeating: 0, count: 16)
    for (index, element) in x.elements.enumerated() { lanes[index % 16] += element }
    for half in [8, 4, 2, 1] {
      for lane in 0..<half { lanes[lane] += lanes[lane + half] }
    }
    #expect(x.sum().scalar == lanes[0])
  }
}
