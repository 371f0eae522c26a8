extension Tensor {
  /// The sum of all elements, a scalar.
  public func sum() -> Tensor {
    Tensor(kernels.sum(pointer, count: count)).recorded(from: self) { [shape] gradient in
      [Tensor(repeating: gradient.scalar, shape: shape)]
    }
  }

  /// The mean of all elements, a scalar.
  public func mean() -> Tensor { 1 / Float(count) * sum() }

  /// The sum along an axis, which disappears.
  public func sum(axis: Int) -> Tensor {
    let length = shape[axis]
    let outer = shape[..<axis].reduce(1, *)
    let inner = shape[(axis + 1)...].reduce(1, *)
    let rest = Shape(Array(shape[..<axis]) + Array(shape[(axis + 1)...]))
    let result = Tensor(zeros: rest)
    for index in 0..<outer {
      let source = pointer + index * length * inner
      if inner == 1 {
        result.pointer[index] = kernels.sum(source, count: length)
      } else {
        kernels.addRows(
          rows: length, columns: inner, source, aRow: inner, to: result.pointer + index * inner)
      }
    }
    return result.recorded(from: self) { [shape] gradient in
      let dx = Tensor(uninitialized: shape)
      for index in 0..<outer {
        let source = gradient.pointer + index * inner
        for step in 0..<length {
          (dx.pointer + (index * length + step) * inner).update(from: source, count: inner)
        }
      }
      return [dx]
    }
  }

  /// The mean along an axis, which disappears.
  public func mean(axis: Int) -> Tensor { 1 / Float(shape[axis]) * sum(axis: axis) }

  /// The sum of the squares of all elements, in double precision.
  ///
  /// Summed over fixed pieces that are then added in order, so that threads do not change it.
  public func sumOfSquares() -> Double {
    let piece = 1 << 14
    let pieces = (count + piece - 1) / piece
    return [Double](unsafeUninitializedCapacity: pieces) { sums, initialized in
      let target = UnsafeMutableBufferPointer(rebasing: sums[..<pieces])
      forEachRange(of: pieces, grain: 4) { range in
        for index in range {
          target.initializeElement(
            at: index,
            to: kernels.sumOfSquares(
              pointer + index * piece, count: min(piece, count - index * piece)))
        }
      }
      initialized = pieces
    }.reduce(0, +)
  }
}
