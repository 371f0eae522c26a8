package import UnrollNN

/// How parameters are moved.
public struct OptimizerSettings: SettingsGroup {
  /// The optimizer, with PyTorch's formula.
  public var optimizer = OptimizerChoice.adamw
  /// The base learning rate; one that suits the optimizer when absent.
  public var learningRate: Double?
  /// How strongly weights are pulled to zero; with `adamw` chosen by the data when absent, otherwise 0.
  public var weightDecay: Double?
  /// Whether weight decay pulls biases too.
  public var decayBiases = true
  /// The momentum of `sgd` and `rmsprop`; none when absent.
  public var momentum: Double?
  /// α: how much of its mean of squared gradients `rmsprop` keeps at each step; 0.99 when absent.
  public var squareDecay: Double?
  /// The limit of the gradient's norm; 0 for none.
  public var gradientNormLimit = 5.0
  /// The limit of each element of the gradient.
  public var gradientValueLimit: Double?
  /// S: a batch's gradient is the sum of those of S parts of its rows, computed one after the other in a S-th of the memory.
  public var shards = 1
  /// The recurrent layers nearest the input that, with the tokens' vectors before them, keep the values of the model that the run
  /// begins with; nothing does when absent.
  public var frozenLayers: Int?

  /// Creates the default settings.
  public init() {}

  /// The base learning rate.
  package var rate: Double { learningRate ?? optimizer.usualLearningRate }

  /// The optimizer before its first step.
  package func makeOptimizer() -> any Optimizer {
    let decay = weightDecay ?? 0
    return switch optimizer {
    case .adam: Adam(learningRate: rate, weightDecay: decay, decaysBiases: decayBiases)
    case .adamw: AdamW(learningRate: rate, weightDecay: decay, decaysBiases: decayBiases)
    case .sgd:
      SGD(
        learningRate: rate, momentum: momentum ?? 0, weightDecay: decay, decaysBiases: decayBiases)
    case .rmsprop:
      RMSprop(
        learningRate: rate, smoothing: squareDecay ?? 0.99, weightDecay: decay,
        decaysBiases: decayBiases, momentum: momentum ?? 0)
    case .adagrad: Adagrad(learningRate: rate, weightDecay: decay, decaysBiases: decayBiases)
    }
  }

  /// The rows of the settings.
  public static var table: [Setting<OptimizerSettings>] {
    [
      Setting("optimizer", \.optimizer), Setting("learningRate", \.learningRate),
      Setting("weightDecay", \.weightDecay), Setting("decayBiases", \.decayBiases),
      Setting("momentum", \.momentum), Setting("squareDecay", \.squareDecay),
      Setting("gradientNormLimit", \.gradientNormLimit),
      Setting("gradientValueLimit", \.gradientValueLimit), Setting("shards", \.shards),
      Setting("frozenLayers", \.frozenLayers),
    ]
  }

  /// Finds values out of range, and values that contradict each other: throws `RunError`.
  public func validate() throws(RunError) {
    if let learningRate {
      try requireSetting(
        learningRate > 0 && learningRate.isFinite,
        "\(.setting("learningRate")) is above 0, not \(learningRate)")
    }
    if let weightDecay {
      try requireSetting(
        weightDecay >= 0 && weightDecay.isFinite,
        "\(.setting("weightDecay")) is 0 or more, not \(weightDecay)")
    }
    try requireSetting(shards > 0, "\(.setting("shards")) is 1 or more, not \(shards)")
    try requireSetting(
      frozenLayers ?? 0 >= 0, "\(.setting("frozenLayers")) is 0 or more, not \(frozenLayers ?? 0)")
    if let momentum {
      try requireSetting(
        (0..<1).contains(momentum),
        "\(.setting("momentum")) is at least 0 and below 1, not \(momentum)")
      try requireSetting(
        [.sgd, .rmsprop].contains(optimizer),
        "\(.setting("momentum")) belongs to sgd and rmsprop, not to \(optimizer.rawValue)")
    }
    if let squareDecay {
      try requireSetting(
        (0..<1).contains(squareDecay),
        "\(.setting("squareDecay")) is at least 0 and below 1, not \(squareDecay)")
      try requireSetting(
        optimizer == .rmsprop,
        "\(.setting("squareDecay")) belongs to rmsprop, not to \(optimizer.rawValue)")
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
