public import UnrollNN

/// What a training run is to do.
public struct TrainingPlan: Sendable {
  /// How often the data is gone through.
  public var epochs: Int
  /// The number of steps after which the run ends, wherever it is; all of them when absent.
  public var stepLimit: Int?
  /// The rule that moves the parameters, before its first step; its learning rate is the schedule's 1.
  public var optimizer: any Optimizer
  /// What the learning rate is multiplied by at each step.
  public var schedule: LearningRateSchedule
  /// What the norm of the gradient is limited to.
  public var gradientNormLimit: Double?
  /// What each element of the gradient is limited to.
  public var gradientValueLimit: Double?
  /// The epochs without a better validation loss after which the run ends; none ends it when absent.
  public var patience: Int?
  /// The seed of dropout.
  public var seed: UInt64

  /// Creates a plan.
  public init(
    epochs: Int, optimizer: any Optimizer,
    schedule: LearningRateSchedule = LearningRateSchedule(.constant),
    gradientNormLimit: Double? = nil, gradientValueLimit: Double? = nil, stepLimit: Int? = nil,
    patience: Int? = nil, seed: UInt64 = 0
  ) {
    self.epochs = epochs
    self.optimizer = optimizer
    self.schedule = schedule
    self.gradientNormLimit = gradientNormLimit
    self.gradientValueLimit = gradientValueLimit
    self.stepLimit = stepLimit
    self.patience = patience
    self.seed = seed
  }
}
