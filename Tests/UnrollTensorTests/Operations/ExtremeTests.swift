import Testing
import UnrollTensor
import UnrollTestSupport

@Suite struct ExtremeTests {
  static let shapes: [Shape] = [
    [1], [3], [17], [3, 5], [16, 17], [2, 33, 4], [2, 1, 3, 65],
  ]

  @Test(arguments: shapes, [false, true])
  func greatestAndSmallestAlongEveryAxis(shape: Shape, keepsAxis: Bool) {
    for axis in shape.indices {
      let resultShape = shape.enumerated().compactMap {
        $0 == axis ? (keepsAxis ? 1 : nil) : $1
      }
      gradientCheck("max and min of \(shape) along \(axis)", [.random(shape, seed: 1)]) {
        [
          $0[0].max(axis: axis, keepsAxis: keepsAxis),
          $0[0].min(axis: axis - shape.count, keepsAxis: keepsAxis),
        ]
      } twin: { operands in
        [{ $0.max() }, { $0.min() }].map { (pick: ([Double]) -> Double?) in
          DoubleTensor(
            SlowReference.reduced(operands[0], axis: axis) { pick($0) ?? .nan }.elements,
            shape: resultShape)
        }
      }
    }
  }

  @Test(arguments: shapes)
  func greatestAndSmallestOfAll(shape: Shape) {
    gradientCheck("max and min of \(shape)", [.random(shape, seed: 1)]) {
      [$0[0].max(), $0[0].min()]
    } twin: {
      [
        DoubleTensor([$0[0].elements.max() ?? .nan], shape: []),
        DoubleTensor([$0[0].elements.min() ?? .nan], shape: []),
      ]
    }
  }

  @Test(arguments: shapes)
  func indicesPointToTheExtremes(shape: Shape) {
    let x = Tensor.random(shape, seed: 1)
    #expect(gather(x, x.argmax()) == x.max(axis: -1))
    #expect(gather(x, x.argmin()) == x.min(axis: -1))
    for axis in shape.indices {
      let moved = x.transposed(axis, -1)
      #expect(
        x.argmax(axis: axis, keepsAxis: true) == moved.argmax(keepsAxis: true).transposed(axis, -1))
    }
  }

  @Test func ofEqualElementsItIsTheFirst() {
    let x = Tensor([2, 5, 5, 2, -0.0, 0.0], shape: [2, 3])
    #expect(x.argmax().values == [1, 0])
    #expect(x.argmin().values == [0, 1])
    #expect(x.argmax(axis: 0).values == [0, 0, 0])
    let tape = Tape()
    let variable = tape.variable(x)
    let gradient = tape.gradients(of: variable.max(axis: 1).sum())[0]
    #expect(gradient?.elements == [0, 1, 0, 1, 0, 0])
    #expect(Tensor([1, 3, 3, 1], shape: [4]).topK(4).indices.values == [1, 2, 0, 3])
  }

  /// As in PyTorch: a NaN is the greatest and the smallest, and the first of several is taken.
  @Test func notANumberComesFirst() {
    let x = Tensor([1, .nan, .infinity, .nan], shape: [4])
    #expect(x.max().scalar.isNaN && x.min().scalar.isNaN)
    #expect(x.argmax().scalar == 1 && x.argmin().scalar == 1)
    #expect(x.topK(4).indices.values == [1, 3, 2, 0])
  }

  @Test(arguments: [1, 2, 3, 5, 17])
  func greatestFewInFallingOrder(k: Int) {
    let shape: Shape = [2, 3, 17]
    let x = Tensor.random(shape, seed: 1)
    func places(_ row: [Double]) -> [Int] {
      Array(row.indices.sorted { row[$0] > row[$1] }.prefix(k))
    }
    gradientCheck("topK(\(k))", [x]) {
      [$0[0].topK(k).values]
    } twin: {
      [DoubleTensor($0[0].rows.flatMap { row in places(row).map { row[$0] } }, shape: [2, 3, k])]
    }
    let rows = DoubleTensor(x).rows
    #expect(x.topK(k).indices == Indices(rows.flatMap(places).map(Int32.init), shape: [2, 3, k]))
  }
}
