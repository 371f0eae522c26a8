internal import UnrollTensor

/// Steps divided by the root of a running mean of squared gradients (Tieleman and Hinton 2012).
///
/// v = α v + (1 − α) g²; p −= η g / (√v + ε); centered (Graves 2013): v less the square of the mean gradient.
public struct RMSprop: Optimizer {
  /// η.
  public var learningRate: Double
  /// α.
  public var smoothing: Double
  /// ε.
  public var epsilon: Double
  /// λ, added to the gradient times the parameter.
  public var weightDecay: Double
  /// Whether weight decay pulls biases, parameters of one axis, as well as matrices.
  public var decaysBiases: Bool
  /// μ; 0 without momentum.
  public var momentum: Double
  /// Whether the variance is used instead of the mean square.
  public var centered: Bool
  /// The mean square, then the mean gradient, then the momentum, as far as they are used.
  public var state = OptimizerState()
  /// 1, 2 or 3.
  public var bufferCount: Int { 1 + (centered ? 1 : 0) + (momentum != 0 ? 1 : 0) }

  /// Creates the optimizer with PyTorch's defaults.
  public init(
    learningRate: Double = 1e-2, smoothing: Double = 0.99, epsilon: Double = 1e-8,
    weightDecay: Double = 0, decaysBiases: Bool = true,
    momentum: Double = 0, centered: Bool = false
  ) {
    requireSettings(
      "RMSprop", ("learning rate", learningRate), ("smoothing", smoothing), ("epsilon", epsilon),
      ("weight decay", weightDecay), ("momentum", momentum))
    self.learningRate = learningRate
    self.smoothing = smoothing
    self.epsilon = epsilon
    self.weightDecay = weightDecay
    self.decaysBiases = decaysBiases
    self.momentum = momentum
    self.centered = centered
  }

  /// Moves every parameter one step.
  public mutating func update<Model: Module>(_ model: inout Model, along gradient: Model) {
    let (rate, decay) = (Float(learningRate), Float(weightDecay))
    let (smoothing, complement) = (Float(self.smoothing), Float(1 - self.smoothing))
    let (momentum, epsilon) = (Float(self.momentum), Float(epsilon))
    let (isCentered, hasMomentum) = (centered, self.momentum != 0)
    let bufferCount = bufferCount
    let biasDecay = decaysBiases ? decay : 0
    state.advance(&model, along: gradient, bufferCount: bufferCount) { run in
      kernels.rmsprop(
        learningRate: rate, weightDecay: run.isBias ? biasDecay : decay, momentum: momentum,
        smoothing: smoothing,
        smoothingComplement: complement, epsilon: epsilon, count: run.count,
        gradient: run.gradient, parameter: run.parameter, square: run.buffer(0),
        mean: isCentered ? run.buffer(1) : nil,
        velocity: hasMomentum ? run.buffer(bufferCount - 1) : nil)
    }
  }
}
