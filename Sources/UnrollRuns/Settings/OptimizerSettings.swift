package import UnrollNN

/// How parameters are moved.
public struct OptimizerSettings: SettingsGroup {
  /// The optimizer, with PyTorch's formula.
  public var optimizer = OptimizerChoice.adam
  /// The base learning rate; one that suits the optimizer when absent.
  public var learningRate: Double?
  /// How the learning rate changes.
  public var schedule = ScheduleChoice.cosine
  /// The steps over which the learning rate grows from nothing.
  public var warmupSteps = 0
  /// How strongly weights are pulled to zero.
  public var weightDecay = 0.0
  /// The momentum of `sgd` and `rmsprop`; none when absent.
  public var momentum: Double?
  /// The limit of the gradient's norm; 0 for none.
  public var gradientNormLimit = 5.0
  /// The limit of each element of the gradient.
  public var gradientValueLimit: Double?

  /// Creates the default settings.
  public init() {}

  /// The base learning rate.
  package var rate: Double { learningRate ?? optimizer.usualLearningRate }

  /// The optimizer before its first step.
  package func makeOptimizer() -> any Optimizer {
    switch optimizer {
    case .adam: Adam(learningRate: rate, weightDecay: weightDecay)
    case .adamw: AdamW(learningRate: rate, weightDecay: weightDecay)
    case .sgd: SGD(learningRate: rate, momentum: momentum ?? 0, weightDecay: weightDecay)
    case .rmsprop:
      RMSprop(learningRate: rate, weightDecay: weightDecay, momentum: momentum ?? 0)
    case .adagrad: Adagrad(learningRate: rate, weightDecay: weightDecay)
    }
  }

  /// The schedule of a run of so many epochs, or tenths of a run of one epoch or less.
  package func makeSchedule(epochs: Int) -> LearningRateSchedule {
    let shape: LearningRateSchedule.Shape =
      switch schedule {
      case .constant: .constant
      case .cosine: .cosine(final: 0.02)
      case .linear: .linear(final: 0)
      case .step: .step(factor: 0.5, epochs: max(1, epochs / 4))
      case .exponential: .exponential(factor: 0.95, delay: 0)
      case .plateau: .plateau(factor: 0.25, patience: 0)
      }
    return LearningRateSchedule(shape, warmupSteps: warmupSteps)
  }

  /// The rows of the settings.
  public static var table: [Setting<OptimizerSettings>] {
    [
      Setting("optimizer", \.optimizer), Setting("learningRate", \.learningRate),
      Setting("schedule", \.schedule), Setting("warmupSteps", \.warmupSteps),
      Setting("weightDecay", \.weightDecay), Setting("momentum", \.momentum),
      Setting("gradientNormLimit", \.gradientNormLimit),
      Setting("gradientValueLimit", \.gradientValueLimit),
    ]
  }

  /// Finds values out of range, and values that contradict each other: throws `RunError`.
  public func validate() throws(RunError) {
    if let learningRate {
      try requireSetting(
        learningRate > 0 && learningRate.isFinite,
        "\(.setting("learningRate")) is above 0, not \(learningRate)")
    }
    try requireSetting(
      warmupSteps >= 0, "\(.setting("warmupSteps")) is 0 or more, not \(warmupSteps)")
    try requireSetting(
      weightDecay >= 0 && weightDecay.isFinite,
      "\(.setting("weightDecay")) is 0 or more, not \(weightDecay)")
    if let momentum {
      try requireSetting(
        (0..<1).contains(momentum),
        "\(.setting("momentum")) is at least 0 and below 1, not \(momentum)")
      try requireSetting(
        [.sgd, .rmsprop].contains(optimizer),
        "\(.setting("momentum")) belongs to sgd and rmsprop, not to \(optimizer.rawValue)")
    }
    try requireSetting(
      gradientNormLimit >= 0 && gradientNormLimit.isFinite,
      "\(.setting("gradientNormLimit")) is 0 or more, not \(gradientNormLimit)")
    if let gradientValueLimit {
      try requireSetting(
        gradientValueLimit > 0 && gradientValueLimit.isFinite,
        "\(.setting("gradientValueLimit")) is above 0, not \(gradientValueLimit)")
    }
  }
}
