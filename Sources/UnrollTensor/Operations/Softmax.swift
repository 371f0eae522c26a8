/// eˣ over its sum, along the last axis.
public func softmax(_ x: Tensor) -> Tensor {
  let result = rowByRow(x, kernels.softmax)
  return result.recorded(from: x) { [rowByRow($0, result, kernels.softmaxGradient)] }
}

/// The logarithm of the softmax along the last axis, without forming it.
public func logSoftmax(_ x: Tensor) -> Tensor {
  let result = rowByRow(x, kernels.logSoftmax)
  return result.recorded(from: x) { [rowByRow($0, result, kernels.logSoftmaxGradient)] }
}

private func rowByRow(
  _ x: Tensor, _ kernel: (Int, Int, UnsafePointer<Float>, UnsafeMutablePointer<Float>) -> Void
) -> Tensor {
  let columns = lastAxis(of: x)
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
  let columns = lastAxis(of: y)
  let result = Tensor(uninitialized: y.shape)
  forEachRange(of: y.count / columns, grain: max(1, elementGrain / columns)) { rows in
    let first = rows.lowerBound * columns
    kernel(rows.count, columns, gradient.pointer + first, y.pointer + first, result.pointer + first)
  }
  return result
}

/// The length of the last axis, which must be there and not be empty.
func lastAxis(of x: Tensor) -> Int {
  guard let columns = x.shape.last, columns > 0 else {
    preconditionFailure("An operation along the last axis of a tensor of shape \(x.shape)")
  }
  return columns
}
