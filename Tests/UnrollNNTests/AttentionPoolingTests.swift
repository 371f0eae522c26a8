import Foundation
import Testing
import UnrollNN
import UnrollTensor
import UnrollTestSupport

/// Sequences made one vector each by attention, and the gradients of that.
struct AttentionPoolingTests {
  private static let (steps, rows, width, size) = (6, 4, 3, 5)
  private static let lengths: [Int32] = [2, 6, 1, 4]
  private static let x = Tensor.random([steps, rows, width], seed: 3)
  private static let operands = [
    x, Tensor.random([size, width], seed: 4), Tensor.random([size], seed: 5),
    Tensor.random([1, size], seed: 6),
  ]

  private static func layer(_ operands: [Tensor]) -> AttentionPooling {
    AttentionPooling(
      projection: Linear(weight: operands[1], bias: operands[2]),
      context: Linear(weight: operands[3], bias: nil))
  }

  @Test(arguments: [nil, lengths])
  func valuesAndGradientsAreThoseOfTheTwin(_ lengths: [Int32]?) {
    gradientCheck("attention", Self.operands) {
      [Self.layer($0)($0[0], lengths: lengths).pooled]
    } twin: { operands in
      let (x, weight, bias, context) = (
        operands[0].elements, operands[1].elements, operands[2].elements, operands[3].elements
      )
      var pooled: [Double] = []
      for row in 0..<Self.rows {
        let count = lengths.map { Int($0[row]) } ?? Self.steps
        let vectors = (0..<count).map { step in
          (0..<Self.width).map { x[(step * Self.rows + row) * Self.width + $0] }
        }
        let scores = vectors.map { vector in
          (0..<Self.size).reduce(0.0) { sum, unit in
            let inner = (0..<Self.width).reduce(bias[unit]) {
              $0 + weight[unit * Self.width + $1] * vector[$1]
            }
            return sum + context[unit] * tanh(inner)
          }
        }
        let total = scores.reduce(0) { $0 + exp($1) }
        pooled += (0..<Self.width).map { column in
          zip(vectors, scores).reduce(0) { $0 + $1.0[column] * exp($1.1) / total }
        }
      }
      return [DoubleTensor(pooled, shape: [Self.rows, Self.width])]
    }
  }

  @Test func weightsAddUpToOneAndAreZeroInThePadding() {
    let weights = Self.layer(Self.operands)(Self.x, lengths: Self.lengths).weights
    #expect(weights.shape == [Self.steps, Self.rows])
    for (row, length) in Self.lengths.enumerated() {
      let column = (0..<Self.steps).map { weights.elements[$0 * Self.rows + row] }
      #expect(abs(column.reduce(0, +) - 1) < 1e-6)
      #expect(column[Int(length)...].allSatisfy { $0 == 0 })
    }
  }

  /// Not even a NaN in the padding reaches a result or a gradient.
  @Test(arguments: [Float.nan, .infinity, 1e30])
  func whatStandsInThePaddingChangesNothing(_ padding: Float) {
    func results(_ padding: Float) -> (Tensor, Tensor) {
      var x = Self.x
      x.withUnsafeMutableElements { elements in
        for index in elements.indices
        where index / (Self.rows * Self.width) >= Self.lengths[index / Self.width % Self.rows] {
          elements[index] = padding
        }
      }
      let (value, gradient) = valueAndGradient(of: ["x": x] as NamedTensors) { named in
        var operands = Self.operands
        operands[0] = named["x"]
        let pooled = Self.layer(operands)(operands[0], lengths: Self.lengths).pooled
        return (pooled * pooled).sum()
      }
      return (value, gradient["x"])
    }
    let (clean, dirty) = (results(0), results(padding))
    expectEqualBits(dirty.0, clean.0)
    expectEqualBits(dirty.1, clean.1)
  }

  @Test func rowOfABatchEqualsTheRowAlone() {
    let x = Tensor.random([300, 3, 3], seed: 5)
    let lengths: [Int32] = [300, 1, 77]
    let layer = Self.layer(Self.operands)
    let batch = layer(x, lengths: lengths).pooled
    for (row, length) in lengths.enumerated() {
      let alone = x.sliced(row..<row + 1, axis: 1).sliced(0..<Int(length), axis: 0)
      expectEqualBits(layer(alone).pooled, batch.sliced(row..<row + 1, axis: 0), "row \(row)")
    }
  }
}
