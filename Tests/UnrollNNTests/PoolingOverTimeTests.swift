import Testing
import UnrollNN
import UnrollTensor
import UnrollTestSupport

/// Sequences made one vector each, and the gradients of that.
struct PoolingOverTimeTests {
  enum Pooling: String, CaseIterable, Sendable {
    case last, mean, max

    func callAsFunction(_ x: Tensor, lengths: [Int32]? = nil) -> Tensor {
      switch self {
      case .last: lastOverTime(x, lengths: lengths)
      case .mean: meanOverTime(x, lengths: lengths)
      case .max: maxOverTime(x, lengths: lengths)
      }
    }

    /// The same in double precision, of the numbers of one row and column.
    func of(_ numbers: [Double]) -> Double {
      switch self {
      case .last: numbers[numbers.count - 1]
      case .mean: numbers.reduce(0, +) / Double(numbers.count)
      case .max: numbers.reduce(-.infinity, Swift.max)
      }
    }
  }

  private static let lengths: [Int32] = [3, 7, 1, 5, 7, 2]
  private static let x = Tensor.random([7, 6, 5], seed: 3)

  @Test(arguments: Pooling.allCases, [nil, lengths])
  func valuesAndGradientsAreThoseOfTheTwin(_ pooling: Pooling, _ lengths: [Int32]?) {
    gradientCheck("\(pooling)", [Self.x]) {
      [pooling($0[0], lengths: lengths)]
    } twin: { operands in
      let (steps, rows, width) = (7, 6, 5)
      let pooled = (0..<rows * width).map { place in
        let count = lengths.map { Int($0[place / width]) } ?? steps
        return pooling.of((0..<count).map { operands[0].elements[$0 * rows * width + place] })
      }
      return [DoubleTensor(pooled, shape: [rows, width])]
    }
  }

  @Test(arguments: Pooling.allCases)
  func fullLengthsEqualNoLengths(_ pooling: Pooling) {
    let full = [Int32](repeating: 7, count: 6)
    expectEqualBits(pooling(Self.x, lengths: full), pooling(Self.x))
  }

  /// Not even a NaN in the padding reaches a result or a gradient.
  @Test(arguments: Pooling.allCases)
  func whatStandsInThePaddingChangesNothing(_ pooling: Pooling) {
    func results(padding: Float) -> (Tensor, Tensor) {
      var x = Self.x
      x.withUnsafeMutableElements { elements in
        for index in elements.indices where index / 30 >= Self.lengths[index / 5 % 6] {
          elements[index] = padding
        }
      }
      let (value, gradient) = valueAndGradient(of: ["x": x] as NamedTensors) {
        let pooled = pooling($0["x"], lengths: Self.lengths)
        return (pooled * pooled).sum()
      }
      return (value, gradient["x"])
    }
    for padding in [Float.nan, .infinity, 1e30] {
      let (clean, dirty) = (results(padding: 0), results(padding: padding))
      expectEqualBits(dirty.0, clean.0, "padding \(padding)")
      expectEqualBits(dirty.1, clean.1, "padding \(padding)")
    }
  }

  /// With any neighbours, also much longer ones.
  @Test(arguments: Pooling.allCases)
  func rowOfABatchEqualsTheRowAlone(_ pooling: Pooling) {
    let x = Tensor.random([700, 3, 40], seed: 5)
    let lengths: [Int32] = [700, 1, 513]
    let batch = pooling(x, lengths: lengths)
    for (row, length) in lengths.enumerated() {
      let alone = x.sliced(row..<row + 1, axis: 1).sliced(0..<Int(length), axis: 0)
      expectEqualBits(pooling(alone), batch.sliced(row..<row + 1, axis: 0), "row \(row)")
    }
  }

  @Test(arguments: Variant.all)
  func topHiddenIsWhatTheLastLayerEndsWith(_ variant: Variant) {
    let result = variant.stack(variant.input, lengths: Variant.lengths)
    let top = variant.stack.topHidden(of: result.state)
    let width = variant.configuration.stateSize
    expectEqualBits(
      top.sliced(0..<width, axis: 1),
      lastOverTime(result.output, lengths: Variant.lengths).sliced(0..<width, axis: 1), "\(variant)"
    )
    guard variant.configuration.isBidirectional else { return }
    let first = result.output.sliced(0..<1, axis: 0).reshaped([Variant.rows, 2 * width])
    expectEqualBits(
      top.sliced(width..<2 * width, axis: 1), first.sliced(width..<2 * width, axis: 1),
      "\(variant)")
  }
}
