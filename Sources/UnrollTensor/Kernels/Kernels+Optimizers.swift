internal import CUnroll

/// One optimizer step over `count` parameters along their gradients, with PyTorch's formulas.
extension Kernels {
  /// - Parameters:
  ///   - momentum: the coefficient.
  ///   - isFirstStep: whether the momentum's buffer starts from the gradient.
  ///   - velocity: the momentum's buffer, or nil without momentum.
  @inline(__always)
  package func sgd(
    learningRate: Float, weightDecay: Float, momentum: Float, dampening: Float, isNesterov: Bool,
    isFirstStep: Bool, count: Int, gradient: UnsafePointer<Float>,
    parameter: UnsafeMutablePointer<Float>, velocity: UnsafeMutablePointer<Float>?
  ) {
    var step = CUnroll_SGD(
      learningRate: learningRate, weightDecay: weightDecay, momentum: momentum,
      dampening: dampening, nesterov: isNesterov ? 1 : 0, firstStep: isFirstStep ? 1 : 0)
    inKernelMode { $0.pointee.sgd(&step, count, gradient, parameter, velocity) }
  }

  /// - Parameters:
  ///   - smoothing: α.
  ///   - smoothingComplement: 1 − α, rounded from double precision.
  ///   - square: the running mean of squares.
  ///   - mean: the running mean of gradients, if it is centered.
  ///   - velocity: the momentum's buffer, or nil without momentum.
  @inline(__always)
  package func rmsprop(
    learningRate: Float, weightDecay: Float, momentum: Float, smoothing: Float,
    smoothingComplement: Float, epsilon: Float, count: Int, gradient: UnsafePointer<Float>,
    parameter: UnsafeMutablePointer<Float>, square: UnsafeMutablePointer<Float>,
    mean: UnsafeMutablePointer<Float>?, velocity: UnsafeMutablePointer<Float>?
  ) {
    var step = CUnroll_RMSprop(
      learningRate: learningRate, weightDecay: weightDecay, momentum: momentum,
      smoothing: smoothing, smoothingComplement: smoothingComplement, epsilon: epsilon)
    inKernelMode {
      $0.pointee.rmsprop(&step, count, gradient, parameter, square, mean, velocity)
    }
  }

  /// - Parameters:
  ///   - weightDecay: added to the gradient times the parameter; 0 where the decay is decoupled.
  ///   - decay: what parameters are multiplied by first; 1 where the decay is not decoupled.
  ///   - firstCorrection: 1 − β₁ᵗ.
  ///   - secondCorrectionRoot: √(1 − β₂ᵗ).
  ///   - first: m.
  ///   - second: v.
  ///   - greatest: the largest v, with AMSGrad.
  @inline(__always)
  package func adam(
    learningRate: Float, weightDecay: Float, decay: Float, beta1Complement: Float, beta2: Float,
    beta2Complement: Float, epsilon: Float, firstCorrection: Float, secondCorrectionRoot: Float,
    count: Int, gradient: UnsafePointer<Float>, parameter: UnsafeMutablePointer<Float>,
    first: UnsafeMutablePointer<Float>, second: UnsafeMutablePointer<Float>,
    greatest: UnsafeMutablePointer<Float>?
  ) {
    var step = CUnroll_Adam(
      learningRate: learningRate, weightDecay: weightDecay, decay: decay,
      beta1Complement: beta1Complement, beta2: beta2, beta2Complement: beta2Complement,
      epsilon: epsilon, firstCorrection: firstCorrection,
      secondCorrectionRoot: secondCorrectionRoot)
    inKernelMode { $0.pointee.adam(&step, count, gradient, parameter, first, second, greatest) }
  }

  /// - Parameter square: the sum of squares.
  @inline(__always)
  package func adagrad(
    learningRate: Float, weightDecay: Float, epsilon: Float, count: Int,
    gradient: UnsafePointer<Float>, parameter: UnsafeMutablePointer<Float>,
    square: UnsafeMutablePointer<Float>
  ) {
    var step = CUnroll_Adagrad(
      learningRate: learningRate, weightDecay: weightDecay, epsilon: epsilon)
    inKernelMode { $0.pointee.adagrad(&step, count, gradient, parameter, square) }
  }
}
