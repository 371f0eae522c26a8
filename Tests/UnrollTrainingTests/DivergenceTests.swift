import Testing
import UnrollNN
import UnrollTensor
import UnrollTraining

/// What becomes of losses, gradients and weights that are not finite.
struct DivergenceTests {
  private func data(_ targets: [Float], startsAnew: Bool = true) -> TrainingData<Pulled.Batch> {
    TrainingData(stepsPerEpoch: targets.count) {
      Pulled.Batch(target: targets[$0 % targets.count], startsAnew: startsAnew)
    }
  }

  private func plan(_ rate: Double, epochs: Int = 1) -> TrainingPlan {
    TrainingPlan(epochs: epochs, optimizer: SGD(learningRate: rate))
  }

  @Test(arguments: [Float.nan, .infinity, -.infinity])
  func stepWithoutFiniteNumbersIsSkipped(_ bad: Float) throws {
    let data = data([4, bad, bad, 8])
    var trainer = Trainer(Pulled(), plan: plan(0.5))
    var outcomes: [StepReport.Outcome] = []
    var values: [Float] = []
    while !trainer.isDone(on: data) {
      outcomes.append(try trainer.step(on: data).outcome)
      values.append(trainer.model.value.scalar)
    }
    let skipped = StepReport.Outcome.skipped("the gradient of value is not finite")
    #expect(outcomes == [.updated, skipped, skipped, .updated])
    #expect(values == [2, 2, 2, 5])
    #expect(trainer.optimizer.state.step == 2)
    #expect(trainer.current.counters.retreatCount == 0)
    // 8 and 18: what was skipped is not in the mean.
    #expect(trainer.current.counters.meanLoss == 13)
  }

  @Test(arguments: [nil, 1.0])
  func limitOfValuesHidesNothing(_ normLimit: Double?) throws {
    let data = data([4, .infinity, 8])
    var plan = plan(0.5)
    plan.gradientValueLimit = 1
    plan.gradientNormLimit = normLimit
    var trainer = Trainer(Pulled(), plan: plan)
    var outcomes: [StepReport.Outcome] = []
    while !trainer.isDone(on: data) { outcomes.append(try trainer.step(on: data).outcome) }
    #expect(outcomes == [.updated, .skipped("the gradient of value is not finite"), .updated])
  }

  @Test func skippedStepKeepsTheCarriedStateOfBefore() throws {
    // The loss has 1000 times the target of the batch before that was not skipped.
    let data = data([4, .nan, 8], startsAnew: false)
    var trainer = Trainer(Pulled(), plan: plan(0.5))
    _ = try trainer.step(on: data)
    _ = try trainer.step(on: data)
    #expect(try trainer.step(on: data).loss == 4018)
  }

  /// |p − b| grows by a factor of 1 − rate until its square is beyond a float.
  @Test func runThatDivergesRetreatsUntilTheRateIsLowEnough() throws {
    let data = data([1])
    var trainer = Trainer(Pulled(), plan: plan(20, epochs: 400))
    var retreats: [Int] = []
    try trainer.fit(
      on: data,
      onStep: { _, report in
        if case .retreated(let cause, let step) = report.outcome {
          #expect(cause == "the loss is not finite")
          retreats.append(step)
        }
      })
    #expect(trainer.stepCount == 400)
    #expect(trainer.current.counters.retreatCount == retreats.count)
    #expect(retreats == [1, 1, 1, 100])
    #expect(trainer.model.value.scalar == 1)
  }

  @Test(arguments: [1, 2, 17, 18, 19, 20, 21, 40, 60, 77, 160, 171, 172, 173, 240, 400])
  func runThatRetreatsIsResumedToTheBit(_ stop: Int) throws {
    let data = data([1], startsAnew: false)
    func trainer() -> Trainer<Pulled> { Trainer(Pulled(), plan: plan(20, epochs: 300)) }
    var whole = trainer()
    try whole.fit(on: data)
    var trainer = trainer()
    for _ in 0..<stop where !trainer.isDone(on: data) { _ = try trainer.step(on: data) }
    var resumed = try CheckpointFolder.reopened(trainer, as: Pulled(value: Tensor(7)), on: data)
    try resumed.fit(on: data)
    #expect(whole.current.counters.retreatCount == 4)
    #expect(
      try CheckpointFolder.files(of: resumed, on: data)
        == CheckpointFolder.files(of: whole, on: data))
  }

  @Test func runThatCannotBeSavedGivesUpWithTheLastGoodModel() throws {
    let data = data([4, .nan, .nan, .nan])
    var trainer = Trainer(Pulled(), plan: plan(0.5, epochs: 3))
    let error = #expect(throws: TrainingError.self) { try trainer.fit(on: data) }
    #expect(error?.code == .diverged)
    #expect(
      error?.message == "training diverged: the gradient of value is not finite in step 4, "
        + "even after 5 returns to an earlier state with half the learning rate")
    #expect(trainer.stepCount == 1)
    #expect(trainer.model.value.scalar == 2)
  }

  @Test func weightsBeyondAFloatAreFoundAtTheLastStep() throws {
    let data = data([4])
    var trainer = Trainer(Pulled(), plan: plan(1e300))
    #expect(throws: TrainingError.self) { try trainer.fit(on: data) }
    #expect(trainer.model.value.scalar == 0)
  }

  /// A rate that makes the loss large but finite: it has been as good as guessing, so it goes back after a hundred worse steps.
  @Test func lossThatStaysWorseThanGuessingIsARetreat() throws {
    // p = 1 − (−1)ⁿ with the rate 2: the loss is 1/2 for ever, where guessing costs a tenth; at p = 1 it is 0.
    let data = TrainingData(stepsPerEpoch: 400) { Guessed.Batch(target: $0 < 150 ? 0 : 1) }
    var trainer = Trainer(Guessed(), plan: plan(2))
    var retreats: [String] = []
    try trainer.fit(
      on: data,
      onStep: { _, report in
        if case .retreated(let cause, let step) = report.outcome {
          retreats.append("\(cause) in step \(report.step), to \(step)")
        }
      })
    // Steps 151 to 250 are worse; the state after step 100 is the last good one. Half the rate gets there at once.
    #expect(
      retreats == ["the loss has been worse than guessing for 100 steps in step 250, to 100"])
    #expect(trainer.model.pulled.value.scalar == 1)
    #expect(trainer.stepCount == 400)
  }

  @Test func lossThatBeginsWorseThanGuessingIsNone() throws {
    let data = TrainingData(stepsPerEpoch: 400) { _ in Guessed.Batch(target: 1) }
    var trainer = Trainer(Guessed(), plan: plan(2))
    try trainer.fit(on: data)
    #expect(trainer.current.counters.retreatCount == 0)
  }
}

/// A pulled number that costs a tenth where it is guessed.
private struct Guessed: Trainable {
  typealias Batch = Pulled.Batch
  var pulled = Pulled()

  var guessingLoss: Double? { 0.1 }

  func totalLoss(of batch: Batch, state: inout NoState, mode: inout Mode) -> Tensor {
    var own = Pulled.State()
    return pulled.totalLoss(of: batch, state: &own, mode: &mode)
  }

  mutating func forEachParameter(_ visit: (String, inout Tensor) -> Void) {
    pulled.forEachParameter(visit)
  }
}
