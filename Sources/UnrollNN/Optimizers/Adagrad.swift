internal import UnrollTensor

/// Steps divided by the root of all squared gradients so far (Duchi, Hazan and Singer 2011).
///
/// g += λ p; v += g²; p −= η / (1 + (t − 1) decay) · g / (√v + ε).
public struct Adagrad: Optimizer {
  /// η.
  public var learningRate: Double
  /// How fast η shrinks.
  public var learningRateDecay: Double
  /// λ.
  public var weightDecay: Double
  /// Whether weight decay pulls biases, parameters of one axis, as well as matrices.
  public var decaysBiases: Bool
  /// What v starts from.
  public var initialAccumulator: Double
  /// ε.
  public var epsilon: Double
  /// v.
  public var state = OptimizerState()
  /// 1.
  public var bufferCount: Int { 1 }

  /// Creates the optimizer with PyTorch's defaults.
  public init(
    learningRate: Double = 1e-2, learningRateDecay: Double = 0, weightDecay: Double = 0,
    decaysBiases: Bool = true,
    initialAccumulator: Double = 0, epsilon: Double = 1e-10
  ) {
    requireSettings(
      "Adagrad", ("learning rate", learningRate), ("learning-rate decay", learningRateDecay),
      ("weight decay", weightDecay), ("initial accumulator", initialAccumulator),
      ("epsilon", epsilon))
    self.learningRate = learningRate
    self.learningRateDecay = learningRateDecay
    self.weightDecay = weightDecay
    self.decaysBiases = decaysBiases
    self.initialAccumulator = initialAccumulator
    self.epsilon = epsilon
  }

  /// Moves every parameter one step.
  public mutating func update<Model: Module>(_ model: inout Model, along gradient: Model) {
    let rate = Float(learningRate / (1 + Double(state.step) * learningRateDecay))
    let (decay, epsilon) = (Float(weightDecay), Float(epsilon))
    let biasDecay = decaysBiases ? decay : 0
    state.advance(
      &model, along: gradient, bufferCount: bufferCount, initial: Float(initialAccumulator)
    ) {
      run in
      kernels.adagrad(
        learningRate: rate, weightDecay: run.isBias ? biasDecay : decay, epsilon: epsilon,
        count: run.count,
        gradient: run.gradient, parameter: run.parameter, square: run.buffer(0))
    }
  }
}
