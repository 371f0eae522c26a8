internal import UnrollTensor

/// Stochastic gradient descent, with momentum (Polyak 1964) or Nesterov's (Sutskever et al. 2013).
///
/// g += λ p; b = μ b + (1 − dampening) g, at first b = g; with Nesterov g += μ b, else g = b; p −= η g.
public struct SGD: Optimizer {
  /// η.
  public var learningRate: Double
  /// μ; 0 without momentum.
  public var momentum: Double
  /// How much of a gradient the momentum does not take up.
  public var dampening: Double
  /// λ.
  public var weightDecay: Double
  /// Whether weight decay pulls biases, parameters of one axis, as well as matrices.
  public var decaysBiases: Bool
  /// Whether the gradient is taken where the momentum leads.
  public var nesterov: Bool
  /// The momentum of each parameter.
  public var state = OptimizerState()
  /// 1 with momentum, else none.
  public var bufferCount: Int { momentum != 0 ? 1 : 0 }

  /// Creates the optimizer with PyTorch's defaults.
  public init(
    learningRate: Double = 1e-3, momentum: Double = 0, dampening: Double = 0,
    weightDecay: Double = 0, decaysBiases: Bool = true,
    nesterov: Bool = false
  ) {
    requireSettings(
      "SGD", ("learning rate", learningRate), ("momentum", momentum), ("weight decay", weightDecay))
    guard !nesterov || (momentum > 0 && dampening == 0) else {
      fatalError("Nesterov needs momentum and no dampening")
    }
    self.learningRate = learningRate
    self.momentum = momentum
    self.dampening = dampening
    self.weightDecay = weightDecay
    self.decaysBiases = decaysBiases
    self.nesterov = nesterov
  }

  /// Moves every parameter one step.
  public mutating func update<Model: Module>(_ model: inout Model, along gradient: Model) {
    let (rate, decay) = (Float(learningRate), Float(weightDecay))
    let (momentum, dampening) = (Float(self.momentum), Float(dampening))
    let (isNesterov, isFirstStep) = (nesterov, state.step == 0)
    let hasMomentum = self.momentum != 0
    let biasDecay = decaysBiases ? decay : 0
    state.advance(&model, along: gradient, bufferCount: bufferCount) { run in
      kernels.sgd(
        learningRate: rate, weightDecay: run.isBias ? biasDecay : decay, momentum: momentum,
        dampening: dampening,
        isNesterov: isNesterov, isFirstStep: isFirstStep, count: run.count,
        gradient: run.gradient, parameter: run.parameter,
        velocity: hasMomentum ? run.buffer(0) : nil)
    }
  }
}
