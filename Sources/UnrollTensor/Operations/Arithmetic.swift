extension Tensor {
  /// The sum, element by element. One shape must end with the other, which then repeats over the leading axes.
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

  /// Every element times a number.
  public static func * (factor: Float, x: Tensor) -> Tensor {
    x.scaled(by: factor).recorded(from: x) { [$0.scaled(by: factor)] }
  }

  private static func combined(
    _ a: Tensor, _ b: Tensor, _ name: String,
    _ kernel: (UnsafePointer<Float>, UnsafePointer<Float>, UnsafeMutablePointer<Float>, Int) -> Void
  ) -> Tensor {
    let isAWhole = a.shape.count >= b.shape.count
    let (whole, part) = isAWhole ? (a, b) : (b, a)
    precondition(
      whole.shape.suffix(part.shape.count).elementsEqual(part.shape),
      "\(a.shape) \(name) \(b.shape): neither shape ends with the other")
    let result = Tensor(uninitialized: whole.shape)
    guard whole.count > 0 else { return result }
    if part.count == whole.count {
      forEachRange(of: whole.count, grain: elementGrain) { range in
        let first = range.lowerBound
        kernel(a.pointer + first, b.pointer + first, result.pointer + first, range.count)
      }
    } else if part.count == 1 {
      let repeated = Tensor(repeating: part.pointer[0], shape: whole.shape)
      let (left, right) = isAWhole ? (a, repeated) : (repeated, b)
      kernel(left.pointer, right.pointer, result.pointer, whole.count)
      withExtendedLifetime(repeated) {}
    } else {
      let period = part.count
      forEachRange(of: whole.count / period, grain: max(1, elementGrain / period)) { rows in
        for row in rows {
          let first = row * period
          kernel(
            isAWhole ? a.pointer + first : a.pointer, isAWhole ? b.pointer : b.pointer + first,
            result.pointer + first, period)
        }
      }
    }
    return result
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

  /// The sum over the leading axes that `shape` lacks: the gradient of repetition.
  func summed(toShape smaller: Shape) -> Tensor {
    guard smaller != shape else { return self }
    let columns = smaller.elementCount
    guard columns > 0 else { return Tensor(zeros: smaller) }
    if columns == 1 { return Tensor(repeating: kernels.sum(pointer, count: count), shape: smaller) }
    return sumOfRows(pointer, rows: count / columns, columns: columns).reshaped(smaller)
  }
}

/// Elements below which a second thread does not pay.
package let elementGrain = 1 << 15
