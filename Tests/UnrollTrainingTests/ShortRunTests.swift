import Testing
import Unroll

/// Runs of one epoch or less, in which schedules and patience count tenths of the run.
struct ShortRunTests {
  private func data(steps: Int) -> TrainingData<Pulled.Batch> {
    TrainingData(stepsPerEpoch: steps) { _ in Pulled.Batch(target: 1) }
  }

  private func plan(
    _ shape: LearningRateSchedule.Shape, epochs: Int = 1, stepLimit: Int? = nil,
    patience: Int? = nil
  ) -> TrainingPlan {
    TrainingPlan(
      epochs: epochs, optimizer: SGD(learningRate: 1), schedule: .init(shape),
      stepLimit: stepLimit, patience: patience)
  }

  /// As a run of ten epochs would.
  @Test(
    arguments: [
      LearningRateSchedule.Shape.step(factor: 0.5, epochs: 2), .step(factor: 0.1, epochs: 3),
      .exponential(factor: 0.9, delay: 0), .exponential(factor: 0.5, delay: 4),
      .plateau(Plateau(factor: 0.25, patience: 0, threshold: 0)),
      .plateau(Plateau(factor: 0.5, patience: 2, threshold: 0)),
    ], [(20, 20, 1), (1000, 20, 1), (21, 20, 1), (1000, 30, 9)])
  func theyActAsOverTenEpochs(
    _ shape: LearningRateSchedule.Shape, _ run: (stepsPerEpoch: Int, steps: Int, epochs: Int)
  ) throws {
    func rates(_ plan: TrainingPlan, _ data: TrainingData<Pulled.Batch>) throws -> [Double] {
      var rates: [Double] = []
      var trainer = Trainer(Pulled(), plan: plan)
      var losses: [Double] = [0, 1, 1, 1, 1, 1, 2, 2, 2, 3]
      try trainer.fit(
        on: data, validation: { _ in losses.removeLast() },
        onStep: { rates.append($1.learningRate) })
      return rates
    }
    let short = try rates(
      plan(shape, epochs: run.epochs, stepLimit: run.steps), data(steps: run.stepsPerEpoch))
    let long = try rates(plan(shape, epochs: 10), data(steps: run.steps / 10))
    #expect(short == long)
    #expect(Set(short).count > 1)
  }

  @Test func scheduleThatHalvesActsInAHundredSteps() throws {
    var rates: [Double] = []
    var trainer = Trainer(
      Pulled(), plan: plan(.step(factor: 0.5, epochs: 2), epochs: 3, stepLimit: 100))
    try trainer.fit(on: data(steps: 5000), onStep: { rates.append($1.learningRate) })
    #expect(
      rates == [1, 0.5, 0.25, 0.125, 0.0625].flatMap { Array(repeating: $0, count: 20) })
  }

  @Test func validationIsDueAfterEachTenthOnlyWhereThePlanWaitsForIt() throws {
    func due(_ plan: TrainingPlan, steps: Int) throws -> [Int] {
      var due: [Int] = []
      var trainer = Trainer(Pulled(), plan: plan)
      try trainer.fit(
        on: data(steps: steps),
        onStep: { if $1.isValidationDue { due.append($1.step) } })
      return due
    }
    #expect(try due(plan(.constant), steps: 20) == [20])
    #expect(
      try due(plan(.constant, patience: 3), steps: 20) == Array(stride(from: 2, through: 20, by: 2))
    )
    #expect(
      try due(
        plan(.plateau(Plateau(factor: 0.5, patience: 0, threshold: 0)), stepLimit: 15), steps: 20)
        == [2, 3, 5, 6, 8, 9, 11, 12, 14, 15])
    #expect(try due(plan(.constant, patience: 3), steps: 3) == [1, 2, 3])
    #expect(try due(plan(.constant, epochs: 3, patience: 3), steps: 20) == [20, 40, 60])
  }

  @Test func patienceEndsAShortRun() throws {
    var trainer = Trainer(Pulled(), plan: plan(.constant, patience: 3))
    try trainer.fit(on: data(steps: 100), validation: { _ in 1 })
    #expect(trainer.isOutOfPatience)
    #expect(trainer.stepCount == 40)
  }
}
