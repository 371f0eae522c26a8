public import UnrollNN

/// What a training run is to do.
public struct TrainingPlan: Sendable {
  /// How often the data is gone through.
  public var epochs: Int
  /// The number of steps after which the run ends, wherever it is; all of them when absent.
  public var stepLimit: Int?
  /// The optimizer in its initial state. Its learning rate is the base rate, which the schedule's factor multiplies.
  public var optimizer: any Optimizer
  /// What the learning rate is multiplied by at each step.
  public var schedule: LearningRateSchedule
  /// What the norm of the gradient is limited to.
  public var gradientNormLimit: Double?
  /// What each element of the gradient is limited to.
  public var gradientValueLimit: Double?
  /// The epochs without a better validation loss after which the run ends; none ends it when absent. In a run of one epoch or
  /// less, tenths of the run count instead, as for the schedule.
  public var patience: Int?
  /// What the weights are averaged by; the averaged model is what is measured and kept as the best.
  public var averaging: WeightAveraging
  /// S: a batch's gradient is the sum, in order, of those of S parts of its rows, which are computed one after the other. More
  /// parts take less memory. Part s of N rows has the rows s N / S ..< (s + 1) N / S.
  public var shardCount: Int
  /// The names of parameters that keep their values.
  public var frozen: Set<String>
  /// The seed of dropout.
  public var seed: UInt64

  /// Creates a plan.
  ///
  /// Numbers that make no sense end the program: fewer than one epoch or shard, a patience of none, a limit that is not above 0, a
  /// learning rate that is negative or not finite.
  public init(
    epochs: Int, optimizer: any Optimizer,
    schedule: LearningRateSchedule = LearningRateSchedule(.constant),
    gradientNormLimit: Double? = nil, gradientValueLimit: Double? = nil, stepLimit: Int? = nil,
    patience: Int? = nil, averaging: WeightAveraging = .none, shardCount: Int = 1,
    frozen: Set<String> = [],
    seed: UInt64 = 0
  ) {
    self.epochs = epochs
    self.optimizer = optimizer
    self.schedule = schedule
    self.gradientNormLimit = gradientNormLimit
    self.gradientValueLimit = gradientValueLimit
    self.stepLimit = stepLimit
    self.patience = patience
    self.averaging = averaging
    self.shardCount = shardCount
    self.frozen = frozen
    self.seed = seed
    requireSense()
  }

  /// Ends the program if a number makes no sense.
  func requireSense() {
    func require(_ isSensible: Bool, _ sentence: @autoclosure () -> String) {
      if !isSensible { fatalError(sentence()) }
    }
    require(epochs > 0, "A training plan has at least one epoch, not \(epochs)")
    require(stepLimit ?? 0 >= 0, "A step limit is 0 or more, not \(stepLimit ?? 0)")
    require(patience ?? 1 > 0, "A patience is at least one epoch, not \(patience ?? 0)")
    require(shardCount > 0, "A batch has at least one shard, not \(shardCount)")
    averaging.requireSense()
    let rate = optimizer.learningRate
    require(rate >= 0 && rate.isFinite, "A learning rate is 0 or more and finite, not \(rate)")
    for limit in [gradientNormLimit, gradientValueLimit] {
      require(limit ?? 1 > 0, "A limit of gradients is above 0, not \(limit ?? 0)")
    }
  }

  /// Whether something of the plan waits for validation losses.
  var waitsForValidation: Bool {
    if case .plateau = schedule.shape { return true }
    if case .whenStalled = averaging { return true }
    return patience != nil
  }
}
