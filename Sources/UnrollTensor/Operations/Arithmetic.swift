extension Tensor {
  /// The sum, element by element.
  ///
  /// Shapes meet by NumPy's rule: axes are matched from the last one, and where one tensor has a single element along an axis, or
  /// no such axis, that repeats. The gradient of what repeats is the sum over its uses.
  public static func + (a: Tensor, b: Tensor) -> Tensor {
    combined(a, b, "+", kernels.add).recorded(from: a, b) { gradient in
      [
        a.isRecorded ? gradient.summed(toShape: a.shape) : nil,
        b.isRecorded ? gradient.summed(toShape: b.shape) : nil,
      ]
    }
  }

  /// The difference, element by element, with repetition as for `+`.
  public static func - (a: Tensor, b: Tensor) -> Tensor {
    combined(a, b, "-", kernels.subtract).recorded(from: a, b) { gradient in
      [
        a.isRecorded ? gradient.summed(toShape: a.shape) : nil,
        b.isRecorded ? gradient.summed(toShape: b.shape).scaled(by: -1) : nil,
      ]
    }
  }

  /// The product, element by element, with repetition as for `+`.
  public static func * (a: Tensor, b: Tensor) -> Tensor {
    combined(a, b, "*", kernels.multiply).recorded(from: a, b) { gradient in
      [
        a.isRecorded ? (gradient * b.detached()).summed(toShape: a.shape) : nil,
        b.isRecorded ? (gradient * a.detached()).summed(toShape: b.shape) : nil,
      ]
    }
  }

  /// The quotient, element by element, with repetition as for `+`.
  public static func / (a: Tensor, b: Tensor) -> Tensor {
    let quotient = combined(a, b, "/", kernels.divide)
    return quotient.recorded(from: a, b) { gradient in
      let slope = gradient / b.detached()
      return [
        a.isRecorded ? slope.summed(toShape: a.shape) : nil,
        b.isRecorded ? (slope * quotient).summed(toShape: b.shape).scaled(by: -1) : nil,
      ]
    }
  }

  private static func combined(
    _ a: Tensor, _ b: Tensor, _ name: StaticString,
    _ kernel: (UnsafePointer<Float>, UnsafePointer<Float>, UnsafeMutablePointer<Float>, Int) -> Void
  ) -> Tensor {
    if a.shape == b.shape {
      let result = Tensor(uninitialized: a.shape)
      forEachRange(of: a.count, grain: elementGrain) { range in
        let first = range.lowerBound
        kernel(a.pointer + first, b.pointer + first, result.pointer + first, range.count)
      }
      return result
    }
    let broadcast = Broadcast(a.shape, b.shape, of: name)
    let result = Tensor(uninitialized: broadcast.shape)
    broadcast.forEachRun { run in
      let a = UnsafePointer(a.pointer + run.aPlace)
      let b = UnsafePointer(b.pointer + run.bPlace)
      let target = result.pointer + run.place
      guard run.aRepeats || run.bRepeats else { return kernel(a, b, target, run.count) }
      withRepetition(of: run.aRepeats ? a.pointee : b.pointee, run.count) { repeated, length in
        for first in stride(from: 0, to: run.count, by: length) {
          kernel(
            run.aRepeats ? repeated : a + first, run.bRepeats ? repeated : b + first,
            target + first, Swift.min(length, run.count - first))
        }
      }
    }
    return result
  }

  /// Calls `body` with as many equal floats as are wanted, but at most 1,024.
  private static func withRepetition(
    of value: Float, _ count: Int, _ body: (UnsafePointer<Float>, Int) -> Void
  ) {
    let length = Swift.min(count, 1024)
    withUnsafeTemporaryAllocation(of: Float.self, capacity: length) { buffer in
      guard let base = buffer.baseAddress else { return }
      base.initialize(repeating: value, count: length)
      body(base, length)
    }
  }

  /// Every element times a number, without a record.
  func scaled(by factor: Float) -> Tensor {
    let result = Tensor(uninitialized: shape)
    forEachRange(of: count, grain: elementGrain) { range in
      kernels.scale(
        by: factor, pointer + range.lowerBound, into: result.pointer + range.lowerBound,
        count: range.count)
    }
    return result
  }

  /// The sum over the axes in which a tensor of the smaller shape repeats: the gradient of repetition.
  func summed(toShape smaller: Shape) -> Tensor {
    guard smaller != shape else { return self }
    var sum = self
    let axes = Broadcast(shape, smaller, of: "+").axes
    var inner = 1
    for (index, axis) in axes.enumerated() {
      if axis.bStride == 0 {
        let outer = axes[(index + 1)...].reduce(1) { $0 * $1.size }
        sum = sum.summedOver(outer: outer, axis.size, inner: inner)
      } else {
        inner *= axis.size
      }
    }
    return sum.reshaped(smaller)
  }
}

/// Elements below which a second thread does not pay.
package let elementGrain = 1 << 15
