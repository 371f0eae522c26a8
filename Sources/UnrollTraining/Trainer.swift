public import UnrollNN
internal import UnrollTensor

/// Trains any model on any data, knowing neither.
///
/// A value: it holds everything that the rest of a run depends on. Step by step with `step(on:)`, or to the end with `fit`.
public struct Trainer<Model: Trainable> {
  /// What is to be done.
  public let plan: TrainingPlan
  /// The model so far.
  public private(set) var model: Model
  /// The optimizer so far.
  public private(set) var optimizer: any Optimizer
  /// The steps taken.
  public private(set) var stepCount = 0
  /// How often the validation loss has stopped improving, for the plateau schedule.
  public private(set) var plateauCount = 0
  /// The lowest validation loss so far and the epochs after which it was measured.
  public private(set) var best: (loss: Double, epoch: Int)?
  private var epochsWithoutImprovement = 0
  private var state: Model.State?

  /// What one step did.
  public struct StepReport: Sendable {
    /// The step's number, from 1.
    public let step: Int
    /// The epoch it belongs to, from 0.
    public let epoch: Int
    /// The mean loss of its batch before the update, in nats.
    public let loss: Double
    /// The targets of its batch.
    public let targetCount: Int
    /// The learning rate it used.
    public let learningRate: Double
    /// The norm of the gradient before clipping, if it was limited.
    public let gradientNorm: Double?
  }

  /// Creates a trainer before the first step.
  public init(_ model: Model, plan: TrainingPlan) {
    precondition(plan.epochs > 0, "A run of \(plan.epochs) epochs")
    self.model = model
    self.plan = plan
    optimizer = plan.optimizer
  }

  /// The steps of the whole run.
  public func totalSteps(on data: TrainingData<Model.Batch>) -> Int {
    let all = plan.epochs * data.stepsPerEpoch
    return min(all, plan.stepLimit ?? all)
  }

  /// Takes one step.
  ///
  /// - Throws: what the data throws if its batch cannot be read; nothing has changed then.
  public mutating func step(on data: TrainingData<Model.Batch>) throws -> StepReport {
    let epoch = stepCount / data.stepsPerEpoch
    let batch = try data.batch(stepCount)
    if batch.startsAnew { state = nil }
    var carried = state ?? model.startingState(for: batch)
    var dropout: RandomStream? = RandomStream(
      seed: plan.seed, purpose: .dropout, number: UInt64(stepCount))
    var (loss, gradient) = valueAndGradient(of: model) { model in
      model.loss(of: batch, state: &carried, dropout: &dropout)
    }
    let rate =
      plan.optimizer.learningRate
      * plan.schedule.factor(
        step: stepCount, totalSteps: totalSteps(on: data), epoch: epoch, plateauCount: plateauCount)
    optimizer.learningRate = rate
    let norm = Phase.optimizer.timed { () -> Double? in
      if let limit = plan.gradientValueLimit { gradient.clipValues(to: limit) }
      let norm = plan.gradientNormLimit.map { gradient.clipNorm(to: $0) }
      optimizer.update(&model, along: gradient)
      return norm
    }
    state = carried
    stepCount += 1
    return StepReport(
      step: stepCount, epoch: epoch, loss: Double(loss.scalar), targetCount: batch.targetCount,
      learningRate: rate,
      gradientNorm: norm)
  }

  /// Takes note of a validation loss after an epoch, for the best one and the plateau schedule.
  public mutating func note(validationLoss: Double, afterEpochs epochs: Int) {
    if validationLoss < best?.loss ?? .infinity {
      best = (validationLoss, epochs)
      epochsWithoutImprovement = 0
      return
    }
    epochsWithoutImprovement += 1
    if case .plateau(_, let patience) = plan.schedule.shape, epochsWithoutImprovement > patience {
      plateauCount += 1
      epochsWithoutImprovement = 0
    }
  }

  /// Trains to the end of the plan.
  ///
  /// - Parameters:
  ///   - validation: the loss on other data, measured after every epoch and at the end.
  ///   - onStep: is given each step's report.
  ///   - onEpoch: is given the epochs done, the model so far and the validation loss.
  /// - Throws: what the data and the closures throw; training can go on from there.
  public mutating func fit(
    on data: TrainingData<Model.Batch>, validation: ((Model) throws -> Double)? = nil,
    onStep: ((StepReport) throws -> Void)? = nil,
    onEpoch: ((_ epochs: Int, _ model: Model, _ validationLoss: Double?) throws -> Void)? = nil
  ) throws {
    let total = totalSteps(on: data)
    while stepCount < total {
      let report = try step(on: data)
      try onStep?(report)
      guard stepCount % data.stepsPerEpoch == 0 || stepCount == total else { continue }
      let epochs = (stepCount + data.stepsPerEpoch - 1) / data.stepsPerEpoch
      let loss = try validation?(model)
      if let loss { note(validationLoss: loss, afterEpochs: epochs) }
      try onEpoch?(epochs, model, loss)
    }
  }
}
