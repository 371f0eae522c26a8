import Testing
import UnrollTensor
import UnrollTestSupport

@Suite struct LayoutTests {
  static let shapes: [Shape] = [
    [1], [3], [17], [1, 1], [3, 5], [16, 17], [2, 3, 4], [1, 33, 2], [2, 1, 3, 2], [2, 2, 2, 2, 2],
  ]

  @Test(arguments: shapes)
  func transposingEveryPairOfAxes(shape: Shape) {
    for i in shape.indices {
      for j in shape.indices {
        gradientCheck("transposed(\(i), \(j)) of \(shape)", [.random(shape, seed: 1)]) {
          [$0[0].transposed(i, j)]
        } twin: {
          [SlowReference.transposed($0[0], i, j)]
        }
      }
    }
  }

  @Test(arguments: shapes)
  func slicingEveryAxis(shape: Shape) {
    for axis in shape.indices {
      let size = shape[axis]
      for range in Set([0..<size, 0..<size / 2, size / 2..<size, size - 1..<size]) {
        gradientCheck("\(range) along \(axis) of \(shape)", [.random(shape, seed: 1)]) {
          [$0[0].sliced(range, axis: axis)]
        } twin: {
          [SlowReference.sliced($0[0], range, axis: axis)]
        }
      }
    }
  }

  @Test(arguments: shapes)
  func concatenatingAlongEveryAxis(shape: Shape) {
    for axis in shape.indices {
      let parts = [1, 3, shape[axis]].enumerated().map { index, length in
        var size = shape
        size[axis] = length
        return Tensor.random(size, seed: UInt64(index))
      }
      gradientCheck("along \(axis) of \(shape)", parts) {
        [concatenate($0, axis: axis)]
      } twin: {
        [SlowReference.concatenate($0, axis: axis)]
      }
    }
  }

  @Test(arguments: shapes)
  func subscriptsTakePlacesAlongTheFirstAxis(shape: Shape) {
    let rest = Array(shape.dropFirst())
    for index in Set([0, shape[0] / 2, shape[0] - 1, -1, -shape[0]]) {
      let place = index < 0 ? index + shape[0] : index
      gradientCheck("[\(index)] of \(shape)", [.random(shape, seed: 1)]) {
        [$0[0][index]]
      } twin: {
        [
          DoubleTensor(
            SlowReference.sliced($0[0], place..<place + 1, axis: 0).elements, shape: rest)
        ]
      }
    }
    let x = Tensor.random(shape, seed: 1)
    expectEqualBits(x[0..<1], x.sliced(0..<1, axis: 0))
    expectEqualBits(x[0...0], x.sliced(0..<1, axis: 0))
    expectEqualBits(x[1...], x.sliced(1..<shape[0], axis: 0))
    expectEqualBits(x[..<1], x.sliced(0..<1, axis: 0))
    expectEqualBits(x[...0], x.sliced(0..<1, axis: 0))
  }

  @Test(arguments: shapes)
  func axesCountFromTheEnd(shape: Shape) {
    let x = Tensor.random(shape, seed: 1)
    for axis in shape.indices {
      let fromTheEnd = axis - shape.count
      expectEqualBits(x.transposed(fromTheEnd, 0), x.transposed(axis, 0))
      expectEqualBits(x.sliced(0..<1, axis: fromTheEnd), x.sliced(0..<1, axis: axis))
      expectEqualBits(
        concatenate([x, x], axis: fromTheEnd), concatenate([x, x], axis: axis))
      expectEqualBits(
        softmax(x, axis: fromTheEnd),
        softmax(x.transposed(axis, shape.count - 1)).transposed(axis, shape.count - 1))
      expectEqualBits(
        logSoftmax(x, axis: axis),
        logSoftmax(x.transposed(axis, shape.count - 1)).transposed(axis, shape.count - 1))
      #expect(shape[fromTheEnd] == shape[axis])
    }
  }

  @Test func slicesPutTogetherAreTheWhole() {
    let whole = Tensor.random([3, 7, 5], seed: 1)
    for axis in 0..<3 {
      let parts = (0..<whole.shape[axis]).map { whole.sliced($0..<$0 + 1, axis: axis) }
      expectEqualBits(concatenate(parts, axis: axis), whole)
    }
  }

  @Test func stackingAddsAnAxis() {
    let parts: [Tensor] = [.random([2, 3], seed: 1), .random([2, 3], seed: 2)]
    gradientCheck("stack", parts) {
      [stack($0)]
    } twin: {
      [DoubleTensor($0[0].elements + $0[1].elements, shape: [2, 2, 3])]
    }
    let whole = stack(parts)
    expectEqualBits(stack(parts, axis: 1), whole.transposed(0, 1))
    expectEqualBits(stack(parts, axis: -1), whole.transposed(0, 1).transposed(1, 2))
    expectEqualBits(stack(parts, axis: -3), whole)
  }

  @Test(arguments: [[6, 4], [24], [-1], [2, -1, 3], [1, 24, 1], [4, -1]])
  func reshapingKeepsTheOrder(_ sizes: [Int]) {
    let known = -sizes.reduce(1, *)
    let shape = sizes.map { $0 == -1 ? 24 / known : $0 }
    gradientCheck("reshaped to \(sizes)", [.random([2, 3, 4], seed: 1)]) {
      [$0[0].reshaped(sizes)]
    } twin: {
      [DoubleTensor($0[0].elements, shape: shape)]
    }
  }

  static let reversals: [(shape: Shape, lengths: [Int32]?)] = [
    ([1, 1], nil), ([4, 3], nil), ([5, 3, 2], [5, 1, 3]), ([3, 2, 2, 17], [0, 3]),
    ([0, 2, 3], nil),
  ]

  @Test(arguments: reversals)
  func reversingInTimeWithinLengths(shape: Shape, lengths: [Int32]?) {
    let (steps, rows) = (shape[0], shape[1])
    let width = shape.dropFirst(2).reduce(1, *)
    /// The step that is moved to step `t` of a row.
    func source(_ t: Int, _ row: Int) -> Int {
      let length = Int(lengths?[row] ?? Int32(steps))
      return t < length ? length - 1 - t : t
    }
    let x = Tensor.random(shape, seed: 1)
    gradientCheck("reversed \(shape)", [x]) {
      [$0[0].reversedInTime(lengths: lengths)]
    } twin: { operands in
      var result = operands[0]
      for place in result.elements.indices {
        let (t, row) = (place / width / rows, place / width % rows)
        result.elements[place] =
          operands[0].elements[(source(t, row) * rows + row) * width + place % width]
      }
      return [result]
    }
    let twice = x.reversedInTime(lengths: lengths).reversedInTime(lengths: lengths)
    expectEqualBits(twice, x)
    let tokens = Indices.random([steps, rows], below: 100, seed: 2)
    let reversed = tokens.reversedInTime(lengths: lengths)
    for (place, token) in reversed.values.enumerated() {
      #expect(token == tokens.values[source(place / rows, place % rows) * rows + place % rows])
    }
  }
}
