public import UnrollNN
internal import UnrollTensor

/// Trains any model on any data, knowing neither.
///
/// A value: it holds everything that the rest of a run depends on. Step by step with `step(on:)`, or to the end with `fit`.
///
/// A step with a loss or a gradient that is not finite changes no parameter. After three of them in a row, or a hundred steps that
/// are worse than guessing, the run goes back to the last good state, with half the learning rate; after five such retreats it
/// gives up.
public struct Trainer<Model: Trainable>: Sendable {
  /// What is to be done.
  public let plan: TrainingPlan
  /// Where the run is.
  public internal(set) var current: TrainingState<Model>
  /// Whether the gradient of the last step is kept.
  package var keepsGradient = false
  /// The gradient of the last step before it was limited, if it is kept.
  package private(set) var lastGradient: Model?
  /// Where it goes back to when numbers are no longer finite.
  var good: TrainingState<Model>

  /// Creates a trainer before the first step.
  ///
  /// A plan that makes no sense or freezes what is not there ends the program, as does a model with two parameters of one name, which the optimizer and
  /// checkpoints could not tell apart.
  public init(_ model: Model, plan: TrainingPlan) {
    plan.requireSense()
    model.requireWholeVisits()
    let names = model.parameters.map(\.name)
    if let unknown = plan.frozen.subtracting(names).min() {
      fatalError(
        "A plan freezes '\(unknown)', and the model has only \(names.joined(separator: ", "))")
    }
    self.plan = plan
    current = TrainingState(model, optimizer: plan.optimizer)
    good = current
  }

  /// The model so far.
  public var model: Model { current.model }
  /// What is measured and written of it: the mean of its weights over the steps if the plan has one, else the model.
  public var measuredModel: Model { current.measured }
  /// The optimizer so far.
  public var optimizer: any Optimizer { current.optimizer }
  /// The steps taken.
  public var stepCount: Int { current.counters.stepCount }
  /// How often the validation loss has stopped improving, for the plateau schedule.
  public var plateauCount: Int { current.counters.plateauCount }
  /// The lowest validation loss so far.
  public var best: TrainingCounters.Best? { current.counters.best }

  /// The current state or, if that has a weight that is not finite, the last good one.
  public var finiteState: TrainingState<Model> { current.isFinite ? current : good }

  /// The steps of the whole run.
  public func totalSteps(on data: TrainingData<Model.Batch>) -> Int {
    let all = plan.epochs * data.stepsPerEpoch
    return min(all, plan.stepLimit ?? all)
  }

  /// Whether the validation loss has not improved for as many epochs as the plan has patience.
  public var isOutOfPatience: Bool {
    plan.patience.map { current.counters.epochsSinceBest >= $0 } ?? false
  }

  /// Whether there is nothing left to do.
  public func isDone(on data: TrainingData<Model.Batch>) -> Bool {
    isOutOfPatience || stepCount >= totalSteps(on: data)
  }

  /// Takes one step.
  ///
  /// - Throws: `TrainingError` if numbers are not finite even after all retreats; the trainer is then at the last good state.
  ///   What the data throws if its batch cannot be read; nothing has changed then.
  public mutating func step(on data: TrainingData<Model.Batch>) throws -> StepReport {
    let number = stepCount
    let batch = try data.batch(number)
    if isGoodPoint(on: data) {
      // The old one gives its memory back first.
      good = current
      good.separate()
    }
    let epoch = number / data.stepsPerEpoch
    if number % data.stepsPerEpoch == 0 {
      (current.counters.epochNats, current.counters.epochTargets) = (0, 0)
    }
    if batch.startsAnew { current.carried = nil }
    var carried = current.carried ?? model.startingState(rows: batch.rowCount)
    var (loss, gradient) = lossAndGradient(of: batch, from: &carried)
    if keepsGradient { lastGradient = gradient }
    let rate = learningRate(on: data)
    let (norm, culprit) = Phase.optimizer.timed {
      let (norm, culprit) = limit(&gradient, loss: loss)
      if culprit == nil {
        current.optimizer.learningRate = rate
        let kept =
          plan.frozen.isEmpty
          ? [] : current.model.parameters.filter { plan.frozen.contains($0.name) }
        current.optimizer.update(&current.model, along: gradient)
        current.model.set(kept)
      }
      return (norm, culprit)
    }
    current.counters.stepCount += 1
    current.counters.isValidationPending = false
    if culprit == nil {
      current.carried = carried
      current.counters.didUpdate(
        loss: loss, targetCount: batch.targetCount, guessingLoss: model.guessingLoss)
      current.average(by: plan.averaging)
    } else {
      current.counters.skippedInARow += 1
    }
    func report(
      _ outcome: StepReport.Outcome, epochsDone: Int? = nil, isValidationDue: Bool = false
    ) -> StepReport {
      StepReport(
        step: number + 1, epoch: epoch, loss: loss, targetCount: batch.targetCount,
        learningRate: rate, gradientNorm: norm, outcome: outcome, epochsDone: epochsDone,
        isValidationDue: isValidationDue)
    }
    if let cause = reasonToRetreat(culprit, on: data) {
      try retreat(because: cause, inStep: number + 1)
      return report(.retreated(cause, toStep: stepCount))
    }
    let isEpochEnd = isEpochEnd(on: data)
    let isDue = isEpochEnd || (plan.waitsForValidation && isPeriodEnd(on: data))
    current.counters.isValidationPending = isDue
    return report(
      culprit.map { .skipped($0) } ?? .updated, epochsDone: isEpochEnd ? epoch + 1 : nil,
      isValidationDue: isDue)
  }

  /// Whether the last step ended an epoch or the run.
  func isEpochEnd(on data: TrainingData<Model.Batch>) -> Bool {
    stepCount % data.stepsPerEpoch == 0 || stepCount == totalSteps(on: data)
  }

  /// Whether the last step ended what the schedule counts as an epoch.
  private func isPeriodEnd(on data: TrainingData<Model.Batch>) -> Bool {
    func period(_ step: Int) -> Int {
      LearningRateSchedule.period(
        ofStep: step, totalSteps: totalSteps(on: data), stepsPerEpoch: data.stepsPerEpoch)
    }
    return period(stepCount) != period(stepCount - 1)
  }

  /// Takes note of a validation loss, for the best one, the plateau schedule and the patience: see `StepReport.isValidationDue`.
  ///
  /// - Returns: whether it is the best so far.
  @discardableResult
  public mutating func note(validationLoss: Double, afterEpochs epochs: Int) -> Bool {
    let isBest = current.counters.note(
      validationLoss: validationLoss, afterEpochs: epochs, plan)
    current.counters.isValidationPending = false
    if isBest { current.bestModel = current.measured }
    return isBest
  }

  // MARK: Steps

  private func learningRate(on data: TrainingData<Model.Batch>) -> Double {
    let factor = plan.schedule.factor(
      step: stepCount, totalSteps: totalSteps(on: data), stepsPerEpoch: data.stepsPerEpoch,
      plateauCount: plateauCount)
    let halvings = Double(
      sign: .plus, exponent: -current.counters.retreatCount, significand: 1)
    return plan.optimizer.learningRate * factor * halvings
  }

  /// Limits a gradient; returns its norm before the limit of that, and what is not finite, if something is.
  private func limit(_ gradient: inout Model, loss: Double) -> (norm: Double, culprit: String?) {
    var isFinite = loss.isFinite
    var culprit: String?
    if let limit = plan.gradientValueLimit {
      // Limited values are finite, whatever they were before.
      culprit = gradient.firstNotFinite
      gradient.clipValues(to: limit)
    }
    let norm = plan.gradientNormLimit.map { gradient.clipNorm(to: $0) } ?? gradient.norm
    isFinite = isFinite && norm.isFinite && culprit == nil
    guard !isFinite else { return (norm, nil) }
    let name = culprit ?? gradient.firstNotFinite
    return (norm, (name.map { "the gradient of \($0)" } ?? "the loss") + " is not finite")
  }
}
