import ArgumentParser
import Unroll
import UnrollNN
import UnrollTraining

/// How the parameters are moved.
struct OptimizerOptions: ParsableArguments {
  @Option(help: "The optimizer, with PyTorch's formula.")
  var optimizer = OptimizerChoice.adam

  @Option(
    help: "The step size (default: adam and adamw 5e-3, rmsprop 2e-3, sgd 0.5, adagrad 1e-2).")
  var learningRate: Double?

  @Option(
    help:
      "How the learning rate changes: cosine falls to 2 %, linear to 0, step halves four times, exponential is ×0.95 an epoch, plateau quarters when validation stops improving."
  )
  var schedule = ScheduleChoice.cosine

  @Option(help: "Steps over which the learning rate grows from nothing.")
  var warmupSteps = 0

  @Option(help: "How strongly weights are pulled to zero.")
  var weightDecay: Double = 0

  @Option(help: "Momentum of sgd or rmsprop.")
  var momentum: Double?

  @Option(help: "Limit of the gradient's norm; 0 for none.")
  var gradientNormLimit: Double = 5

  @Option(help: "Limit of each element of the gradient.")
  var gradientValueLimit: Double?

  @Option(
    name: .customLong("epochs"),
    help: "How often to go through the text (default: 1 to 100, by its size).")
  var givenEpochs: Int?

  @Option(help: "Stop after this many steps, wherever that is.")
  var steps: Int?

  @Option(
    help:
      "Stop after so many epochs without a better validation loss, and write the best model."
  )
  var patience: Int?

  @Option(help: "Stop after this time: 90s, 10m, 2h.")
  var timeLimit: TimeSpan?

  @Option(
    help: "Seed of initial weights and dropout. The same seed gives the same model, to the bit.")
  var seed: UInt64 = 0

  /// Every run that is carried out has been given this.
  var epochs: Int { givenEpochs ?? 1 }

  /// Chooses what was not given.
  mutating func adopt(_ advice: TrainingAdvice) {
    givenEpochs = givenEpochs ?? advice.epochs
  }

  var plan: TrainingPlan {
    TrainingPlan(
      epochs: epochs, optimizer: chosenOptimizer,
      schedule: LearningRateSchedule(schedule.shape(epochs: epochs), warmupSteps: warmupSteps),
      gradientNormLimit: gradientNormLimit > 0 ? gradientNormLimit : nil,
      gradientValueLimit: gradientValueLimit,
      stepLimit: steps, patience: patience, seed: seed)
  }

  private var chosenOptimizer: any Optimizer {
    let rate = learningRate ?? optimizer.defaultLearningRate
    switch optimizer {
    case .adam: return Adam(learningRate: rate, weightDecay: weightDecay)
    case .adamw: return AdamW(learningRate: rate, weightDecay: weightDecay)
    case .sgd: return SGD(learningRate: rate, momentum: momentum ?? 0, weightDecay: weightDecay)
    case .rmsprop:
      return RMSprop(learningRate: rate, weightDecay: weightDecay, momentum: momentum ?? 0)
    case .adagrad: return Adagrad(learningRate: rate, weightDecay: weightDecay)
    }
  }

  func validate() throws {
    try require((1...1_000_000).contains(epochs), "--epochs is 1 to 1000000, not \(epochs)")
    if let learningRate {
      try require(
        learningRate > 0 && learningRate.isFinite, "--learning-rate is above 0, not \(learningRate)"
      )
    }
    try require(warmupSteps >= 0, "--warmup-steps is 0 or more, not \(warmupSteps)")
    try require(
      weightDecay >= 0 && weightDecay.isFinite, "--weight-decay is 0 or more, not \(weightDecay)")
    if let momentum {
      try require(
        (0..<1).contains(momentum), "--momentum is at least 0 and below 1, not \(momentum)")
      try require(
        [.sgd, .rmsprop].contains(optimizer),
        "--momentum belongs to sgd and rmsprop, not to \(optimizer.rawValue)")
    }
    try require(
      gradientNormLimit >= 0 && gradientNormLimit.isFinite,
      "--gradient-norm-limit is 0 or more, not \(gradientNormLimit)")
    if let gradientValueLimit {
      try require(
        gradientValueLimit > 0 && gradientValueLimit.isFinite,
        "--gradient-value-limit is above 0, not \(gradientValueLimit)")
    }
    if let patience { try require(patience > 0, "--patience is 1 or more, not \(patience)") }
    if let steps { try require(steps > 0, "--steps is 1 or more, not \(steps)") }
  }
}
