internal import UnrollTensor

/// Adaptive moments (Kingma and Ba 2015).
///
/// g += λ p; m = β₁ m + (1 − β₁) g; v = β₂ v + (1 − β₂) g²; p −= η / (1 − β₁ᵗ) · m / (√v / √(1 − β₂ᵗ) + ε).
public struct Adam: Optimizer {
  /// η.
  public var learningRate: Double
  /// β₁.
  public var beta1: Double
  /// β₂.
  public var beta2: Double
  /// ε.
  public var epsilon: Double
  /// λ.
  public var weightDecay: Double
  /// Whether weight decay pulls biases, parameters of one axis, as well as matrices.
  public var decaysBiases: Bool
  /// Whether the largest v so far is used (Reddi et al. 2018).
  public var amsgrad: Bool
  /// m, v and with AMSGrad the largest v.
  public var state = OptimizerState()
  /// 2, with AMSGrad 3.
  public var bufferCount: Int { amsgrad ? 3 : 2 }

  /// Creates the optimizer with PyTorch's defaults.
  public init(
    learningRate: Double = 1e-3, beta1: Double = 0.9, beta2: Double = 0.999, epsilon: Double = 1e-8,
    weightDecay: Double = 0, decaysBiases: Bool = true, amsgrad: Bool = false
  ) {
    requireSettings(
      "Adam", ("learning rate", learningRate), ("epsilon", epsilon), ("weight decay", weightDecay))
    guard (0..<1).contains(beta1), (0..<1).contains(beta2) else {
      fatalError("Adam: both betas are at least 0 and below 1, not \(beta1) and \(beta2)")
    }
    self.learningRate = learningRate
    self.beta1 = beta1
    self.beta2 = beta2
    self.epsilon = epsilon
    self.weightDecay = weightDecay
    self.decaysBiases = decaysBiases
    self.amsgrad = amsgrad
  }

  /// Moves every parameter one step.
  public mutating func update<Model: Module>(_ model: inout Model, along gradient: Model) {
    update(&model, along: gradient, isDecayDecoupled: false)
  }

  fileprivate mutating func update<Model: Module>(
    _ model: inout Model, along gradient: Model, isDecayDecoupled: Bool
  ) {
    let number = state.step + 1
    // Not `self`: a second owner of the buffers would have them copied.
    let (rate, epsilon) = (Float(learningRate), Float(epsilon))
    let weightDecay = isDecayDecoupled ? 0 : Float(self.weightDecay)
    let decay = isDecayDecoupled ? Float(1 - learningRate * self.weightDecay) : 1
    let decaysBiases = self.decaysBiases
    let (beta1Complement, beta2Complement) = (Float(1 - beta1), Float(1 - self.beta2))
    let firstCorrection = Float(1 - power(beta1, number))
    let secondCorrectionRoot = Float((1 - power(self.beta2, number)).squareRoot())
    let (beta2, hasGreatest) = (Float(self.beta2), amsgrad)
    state.advance(&model, along: gradient, bufferCount: bufferCount) { run in
      let isDecayed = decaysBiases || !run.isBias
      kernels.adam(
        learningRate: rate, weightDecay: isDecayed ? weightDecay : 0, decay: isDecayed ? decay : 1,
        beta1Complement: beta1Complement, beta2: beta2, beta2Complement: beta2Complement,
        epsilon: epsilon, firstCorrection: firstCorrection,
        secondCorrectionRoot: secondCorrectionRoot, count: run.count, gradient: run.gradient,
        parameter: run.parameter, first: run.buffer(0), second: run.buffer(1),
        greatest: hasGreatest ? run.buffer(2) : nil)
    }
  }
}

/// Adam with weight decay apart from the gradient (Loshchilov and Hutter 2019): p −= η λ p first.
public struct AdamW: Optimizer {
  private var adam: Adam

  /// η.
  public var learningRate: Double {
    get { adam.learningRate }
    set { adam.learningRate = newValue }
  }

  /// As `Adam`'s.
  public var state: OptimizerState {
    get { adam.state }
    set { adam.state = newValue }
    _modify { yield &adam.state }
  }

  /// As `Adam`'s.
  public var bufferCount: Int { adam.bufferCount }

  /// Creates the optimizer with PyTorch's defaults.
  public init(
    learningRate: Double = 1e-3, beta1: Double = 0.9, beta2: Double = 0.999, epsilon: Double = 1e-8,
    weightDecay: Double = 1e-2, decaysBiases: Bool = true, amsgrad: Bool = false
  ) {
    adam = Adam(
      learningRate: learningRate, beta1: beta1, beta2: beta2, epsilon: epsilon,
      weightDecay: weightDecay, decaysBiases: decaysBiases, amsgrad: amsgrad)
  }

  /// Moves every parameter one step.
  public mutating func update<Model: Module>(_ model: inout Model, along gradient: Model) {
    adam.update(&model, along: gradient, isDecayDecoupled: true)
  }
}
