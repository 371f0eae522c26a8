/// eˣ over its sum, along an axis; −1 is the last one.
public func softmax(_ x: Tensor, axis: Int = -1) -> Tensor {
  alongLastAxis(x, axis, "softmax", softmaxOfRows)
}

/// The logarithm of the softmax along an axis, without forming it; −1 is the last one.
public func logSoftmax(_ x: Tensor, axis: Int = -1) -> Tensor {
  alongLastAxis(x, axis, "logSoftmax", logSoftmaxOfRows)
}

private func softmaxOfRows(_ x: Tensor) -> Tensor {
  let result = rowByRow(x, kernels.softmax)
  return result.recorded(from: x) { [rowByRow($0, result, kernels.softmaxGradient)] }
}

private func logSoftmaxOfRows(_ x: Tensor) -> Tensor {
  let result = rowByRow(x, kernels.logSoftmax)
  return result.recorded(from: x) { [rowByRow($0, result, kernels.logSoftmaxGradient)] }
}

/// An operation on the last axis, on another one: that becomes the last meanwhile.
private func alongLastAxis(
  _ x: Tensor, _ axis: Int, _ name: StaticString, _ operation: (Tensor) -> Tensor
) -> Tensor {
  let axis = x.shape.axis(axis, of: name)
  let last = x.shape.count - 1
  return operation(x.transposed(axis, last)).transposed(axis, last)
}

private func rowByRow(
  _ x: Tensor, _ kernel: (Int, Int, UnsafePointer<Float>, UnsafeMutablePointer<Float>) -> Void
) -> Tensor {
  let columns = max(x.shape[-1], 1)
  let result = Tensor(uninitialized: x.shape)
  forEachRange(of: x.count / columns, grain: max(1, elementGrain / columns)) { rows in
    let first = rows.lowerBound * columns
    kernel(rows.count, columns, x.pointer + first, result.pointer + first)
  }
  return result
}

private func rowByRow(
  _ gradient: Tensor, _ y: Tensor,
  _ kernel: (Int, Int, UnsafePointer<Float>, UnsafePointer<Float>, UnsafeMutablePointer<Float>) ->
    Void
) -> Tensor {
  let columns = max(y.shape[-1], 1)
  let result = Tensor(uninitialized: y.shape)
  forEachRange(of: y.count / columns, grain: max(1, elementGrain / columns)) { rows in
    let first = rows.lowerBound * columns
    kernel(rows.count, columns, gradient.pointer + first, y.pointer + first, result.pointer + first)
  }
  return result
}

/// The length of the last axis, which must be there and not be empty.
func lastAxis(of x: Tensor, _ operation: StaticString) -> Int {
  guard let columns = x.shape.last, columns > 0 else {
    fatalError("\(operation) of a tensor \(x.shape), which has no elements along a last axis")
  }
  return columns
}
