package import UnrollTensor

#if canImport(Darwin)
import Darwin
#elseif canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

/// Every operation in double precision, written from its equation with plain loops.
package enum SlowReference {
  // MARK: Element by element

  package static func tanh(_ x: Double) -> Double { _tanh(x) }
  package static func sigmoid(_ x: Double) -> Double { 1 / (1 + _exp(-x)) }
  package static func relu(_ x: Double) -> Double { x > 0 ? x : 0 }
  package static func exp(_ x: Double) -> Double { _exp(x) }
  package static func log(_ x: Double) -> Double { _log(x) }

  /// An operation on pairs, with NumPy's repetition.
  package static func combine(
    _ a: DoubleTensor, _ b: DoubleTensor, _ operation: (Double, Double) -> Double
  ) -> DoubleTensor {
    let rank = max(a.shape.count, b.shape.count)
    let (aShape, bShape) = (padded(a.shape, to: rank), padded(b.shape, to: rank))
    let shape = zip(aShape, bShape).map { $0 == 1 ? $1 : $0 }
    let left = rearranged(DoubleTensor(a.elements, shape: aShape), shape: shape) { place in
      zip(place, aShape).map { $1 == 1 ? 0 : $0 }
    }
    let right = rearranged(DoubleTensor(b.elements, shape: bShape), shape: shape) { place in
      zip(place, bShape).map { $1 == 1 ? 0 : $0 }
    }
    return DoubleTensor(zip(left.elements, right.elements).map(operation), shape: shape)
  }

  /// Sizes behind so many of 1 that there are as many as wanted.
  private static func padded(_ shape: [Int], to rank: Int) -> [Int] {
    Array(repeating: 1, count: rank - shape.count) + shape
  }

  // MARK: Products

  package static func matmul(
    _ a: DoubleTensor, _ b: DoubleTensor, transposeA: Bool = false, transposeB: Bool = false
  ) -> DoubleTensor {
    let left = transposeA ? transposed(a, a.shape.count - 2, a.shape.count - 1) : a
    let right = transposeB ? b : transposed(b, b.shape.count - 2, b.shape.count - 1)
    let (m, n) = (left.shape[left.shape.count - 2], right.shape[right.shape.count - 2])
    var elements: [Double] = []
    for index in 0..<left.shape.dropLast(2).reduce(1, *) {
      let first = right.shape.count == 2 ? 0 : index * n
      for row in index * m..<(index + 1) * m {
        for column in first..<first + n { elements.append(dot(left, row, right, column)) }
      }
    }
    return DoubleTensor(elements, shape: left.shape.dropLast() + [n])
  }

  package static func linear(
    _ x: DoubleTensor, weight: DoubleTensor, bias: DoubleTensor?
  ) -> DoubleTensor {
    var elements: [Double] = []
    for row in 0..<x.elements.count / x.width {
      for output in 0..<weight.shape[0] {
        elements.append(dot(x, row, weight, output) + (bias?.elements[output] ?? 0))
      }
    }
    return DoubleTensor(elements, shape: x.shape.dropLast() + [weight.shape[0]])
  }

  /// The product of two runs over the last axis. Most of the time of a gradient check goes here.
  private static func dot(
    _ a: DoubleTensor, _ row: Int, _ b: DoubleTensor, _ column: Int
  ) -> Double {
    let width = a.width
    return a.elements.withUnsafeBufferPointer { a in
      b.elements.withUnsafeBufferPointer { b in
        var (sum, index) = (0.0, 0)
        while index < width {
          sum += a[row * width + index] * b[column * width + index]
          index += 1
        }
        return sum
      }
    }
  }

  // MARK: Rows

  package static func softmax(_ x: DoubleTensor) -> DoubleTensor { logSoftmax(x).map(exp) }

  package static func logSoftmax(_ x: DoubleTensor) -> DoubleTensor {
    rowByRow(x) { row in
      let largest = row.max() ?? 0
      let logSum = largest + log(row.reduce(0) { $0 + exp($1 - largest) })
      return row.map { $0 - logSum }
    }
  }

  package static func layerNorm(
    _ x: DoubleTensor, weight: DoubleTensor, bias: DoubleTensor, epsilon: Double = 1e-5
  ) -> DoubleTensor {
    rowByRow(x) { row in
      let mean = row.reduce(0, +) / Double(row.count)
      let variance = row.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(row.count)
      return row.indices.map {
        (row[$0] - mean) / (variance + epsilon).squareRoot() * weight.elements[$0]
          + bias.elements[$0]
      }
    }
  }

  private static func rowByRow(
    _ x: DoubleTensor, _ transform: ([Double]) -> [Double]
  ) -> DoubleTensor {
    DoubleTensor(x.rows.flatMap(transform), shape: x.shape)
  }

  package static func crossEntropy(
    _ logits: DoubleTensor, _ targets: Indices, ignored: Int32 = -100,
    classWeights: DoubleTensor? = nil, labelSmoothing: Double = 0, reduction: LossReduction = .mean
  ) -> DoubleTensor {
    let weights = classWeights?.elements ?? Array(repeating: 1, count: logits.width)
    var (total, divisor) = (0.0, 0.0)
    for (row, target) in zip(logSoftmax(logits).rows, targets.values) where target != ignored {
      let smooth = zip(weights, row).reduce(0) { $0 - $1.0 * $1.1 } / Double(row.count)
      total -= (1 - labelSmoothing) * weights[Int(target)] * row[Int(target)]
      total += labelSmoothing * smooth
      divisor += weights[Int(target)]
    }
    return DoubleTensor([reduction == .mean ? total / divisor : total], shape: [])
  }

  // MARK: Choosing, moving and adding elements

  package static func embedding(_ table: DoubleTensor, _ indices: Indices) -> DoubleTensor {
    let rows = table.rows
    return DoubleTensor(
      indices.values.flatMap { rows[Int($0)] }, shape: Array(indices.shape) + [table.width])
  }

  package static func gather(_ x: DoubleTensor, _ indices: Indices) -> DoubleTensor {
    DoubleTensor(
      zip(x.rows, indices.values).map { $0[Int($1)] }, shape: Array(indices.shape))
  }

  package static func transposed(_ x: DoubleTensor, _ i: Int, _ j: Int) -> DoubleTensor {
    var order = Array(x.shape.indices)
    order.swapAt(i, j)
    return rearranged(x, shape: order.map { x.shape[$0] }) { place in order.map { place[$0] } }
  }

  package static func sliced(_ x: DoubleTensor, _ range: Range<Int>, axis: Int) -> DoubleTensor {
    var shape = x.shape
    shape[axis] = range.count
    return rearranged(x, shape: shape) { place in
      var source = place
      source[axis] += range.lowerBound
      return source
    }
  }

  package static func concatenate(_ parts: [DoubleTensor], axis: Int) -> DoubleTensor {
    let outer = parts[0].shape[..<axis].reduce(1, *)
    let elements = (0..<outer).flatMap { index in
      parts.flatMap { part in
        let block = part.shape[axis...].reduce(1, *)
        return part.elements[index * block..<(index + 1) * block]
      }
    }
    var shape = parts[0].shape
    shape[axis] = parts.reduce(0) { $0 + $1.shape[axis] }
    return DoubleTensor(elements, shape: shape)
  }

  package static func sum(_ x: DoubleTensor) -> DoubleTensor {
    DoubleTensor([x.elements.reduce(0, +)], shape: [])
  }

  package static func sum(_ x: DoubleTensor, axis: Int) -> DoubleTensor {
    reduced(x, axis: axis) { $0.reduce(0, +) }
  }

  /// Every run along an axis to a number; the axis disappears.
  package static func reduced(
    _ x: DoubleTensor, axis: Int, _ number: ([Double]) -> Double
  ) -> DoubleTensor {
    let last = x.shape.count - 1
    let moved = transposed(x, axis, last)
    let reduced = DoubleTensor(
      moved.rows.map(number), shape: moved.shape.dropLast() + [1])
    let back = transposed(reduced, axis, last)
    var shape = back.shape
    shape.remove(at: axis)
    return DoubleTensor(back.elements, shape: shape)
  }

  /// Fills a shape from the element of `x` at the place that `source` gives for each place.
  private static func rearranged(
    _ x: DoubleTensor, shape: [Int], _ source: ([Int]) -> [Int]
  ) -> DoubleTensor {
    var place = Array(repeating: 0, count: shape.count)
    var elements: [Double] = []
    for _ in 0..<shape.reduce(1, *) {
      let index = zip(source(place), x.shape).reduce(0) { $0 * $1.1 + $1.0 }
      elements.append(x.elements[index])
      for axis in shape.indices.reversed() {
        place[axis] += 1
        if place[axis] < shape[axis] { break }
        place[axis] = 0
      }
    }
    return DoubleTensor(elements, shape: shape)
  }
}

// The C functions, under names that the members above do not hide.
private func _tanh(_ x: Double) -> Double { tanh(x) }
private func _exp(_ x: Double) -> Double { exp(x) }
private func _log(_ x: Double) -> Double { log(x) }
