/// The hyperbolic tangent of each element.
public func tanh(_ x: Tensor) -> Tensor {
  mapped(x, kernels.tanh, gradientOfResult: kernels.tanhGradient)
}

/// 1 / (1 + e⁻ˣ) of each element.
public func sigmoid(_ x: Tensor) -> Tensor {
  mapped(x, kernels.sigmoid, gradientOfResult: kernels.sigmoidGradient)
}

/// The larger of each element and zero.
public func relu(_ x: Tensor) -> Tensor {
  mapped(x, kernels.relu, gradientOfResult: kernels.reluGradient)
}

/// e to the power of each element.
public func exp(_ x: Tensor) -> Tensor {
  mapped(x, kernels.exp, gradientOfResult: kernels.multiply)
}

/// The natural logarithm of each element: −∞ of zero, NaN below it.
public func log(_ x: Tensor) -> Tensor {
  let result = applied(kernels.log, to: x)
  return result.recorded(from: x) { gradient in [combined(kernels.logGradient, gradient, x)] }
}

/// The square root of each element: NaN below zero. Its slope at zero is infinite.
public func sqrt(_ x: Tensor) -> Tensor {
  mapped(x, kernels.squareRoot) { gradient, result, dx, count in
    kernels.divide(gradient, result, into: dx, count: count)
    kernels.scale(by: 0.5, dx, into: dx, count: count)
  }
}

/// The absolute value of each element. Its slope at zero is zero, as in PyTorch.
public func abs(_ x: Tensor) -> Tensor {
  let result = applied(kernels.absolute, to: x)
  return result.recorded(from: x) { gradient in
    [combined(kernels.absoluteGradient, gradient, x)]
  }
}

private typealias Map = (UnsafePointer<Float>, UnsafeMutablePointer<Float>, Int) -> Void
private typealias Pair = (
  UnsafePointer<Float>, UnsafePointer<Float>, UnsafeMutablePointer<Float>, Int
) -> Void

private func mapped(_ x: Tensor, _ kernel: Map, gradientOfResult: @escaping Pair) -> Tensor {
  let result = applied(kernel, to: x)
  return result.recorded(from: x) { gradient in [combined(gradientOfResult, gradient, result)] }
}

private func applied(_ kernel: Map, to x: Tensor) -> Tensor {
  let result = Tensor(uninitialized: x.shape)
  forEachRange(of: x.count, grain: elementGrain) { range in
    kernel(x.pointer + range.lowerBound, result.pointer + range.lowerBound, range.count)
  }
  return result
}

private func combined(_ kernel: Pair, _ a: Tensor, _ b: Tensor) -> Tensor {
  let result = Tensor(uninitialized: a.shape)
  forEachRange(of: a.count, grain: elementGrain) { range in
    let first = range.lowerBound
    kernel(a.pointer + first, b.pointer + first, result.pointer + first, range.count)
  }
  return result
}
