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

  @Test(arguments: shapes)
  func axesCountFromTheEndAndCanBeKept(shape: Shape) {
    let x = Tensor.random(shape, seed: 1)
    for axis in shape.indices {
      var kept = shape
      kept[axis] = 1
      let fromTheEnd = axis - shape.count
      expectEqualBits(x.sum(axis: fromTheEnd), x.sum(axis: axis))
      expectEqualBits(x.sum(axis: axis, keepsAxis: true), x.sum(axis: axis).reshaped(kept))
      expectEqualBits(x.mean(axis: fromTheEnd), x.mean(axis: axis))
      expectEqualBits(x.mean(axis: axis, keepsAxis: true), x.mean(axis: axis).reshaped(kept))
    }
  }

  @Test(arguments: [[], [0], [-1], [0, 2], [2, 0], [1, -1], [0, 1, 2]], [false, true])
  func sumAndMeanAlongSeveralAxes(_ axes: [Int], keepsAxes: Bool) {
    let shape = [3, 17, 5]
    let removed = Set(axes.map { $0 < 0 ? $0 + 3 : $0 })
    let resultShape = shape.enumerated().compactMap {
      removed.contains($0) ? (keepsAxes ? 1 : nil) : $1
    }
    gradientCheck("sum and mean along \(axes)", [.random(Shape(shape), seed: 1)]) {
      [$0[0].sum(axes: axes, keepsAxes: keepsAxes), $0[0].mean(axes: axes, keepsAxes: keepsAxes)]
    } twin: { operands in
      let sum = removed.sorted(by: >).reduce(operands[0]) { SlowReference.sum($0, axis: $1) }
      let count = Double(removed.reduce(1) { $0 * shape[$1] })
      return [
        DoubleTensor(sum.elements, shape: resultShape),
        DoubleTensor(sum.elements.map { $0 / count }, shape: resultShape),
      ]
    }
  }

  @Test func sumsOverNothingAreZero() {
    #expect(Tensor(zeros: [0, 3]).sum(axis: 0) == Tensor(zeros: [3]))
    #expect(Tensor(zeros: [3, 0]).sum(axis: 1) == Tensor(zeros: [3]))
    #expect(Tensor(zeros: [2, 0, 3]).sum(axis: -2) == Tensor(zeros: [2, 3]))
    #expect(Tensor(zeros: [0]).sum() == Tensor(0))
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
