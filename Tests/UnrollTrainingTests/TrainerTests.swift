import Testing
import UnrollFormats
import UnrollModels
import UnrollNN
import UnrollTensor
import UnrollTestSupport
import UnrollText
import UnrollTraining

/// What a training run does, step by step.
struct TrainerTests {
  private func data(_ targets: Float..., startsAnew: Bool = true) -> TrainingData<Pulled.Batch> {
    TrainingData(stepsPerEpoch: targets.count) { step in
      Pulled.Batch(
        target: targets[step % targets.count],
        startsAnew: startsAnew || step % targets.count == 0)
    }
  }

  private func plan(
    epochs: Int = 2, schedule: LearningRateSchedule = .init(.constant), stepLimit: Int? = nil
  ) -> TrainingPlan {
    TrainingPlan(
      epochs: epochs, optimizer: SGD(learningRate: 0.5), schedule: schedule, stepLimit: stepLimit)
  }

  @Test func everyStepMovesAlongTheGradientOfItsBatch() throws {
    var trainer = Trainer(Pulled(), plan: plan())
    let data = data(4, 8)
    var values: [Float] = []
    var norms: [Double] = []
    while trainer.stepCount < trainer.totalSteps(on: data) {
      let report = try trainer.step(on: data)
      values.append(trainer.model.value.scalar)
      #expect(report.step == values.count)
      #expect(report.epoch == (values.count - 1) / 2)
      #expect(report.targetCount == 7)
      #expect(report.learningRate == 0.5)
      norms.append(report.gradientNorm)
    }
    // Half the way to 4, 8, 4, 8.
    #expect(values == [2, 5, 4.5, 6.25])
    #expect(norms == [4, 6, 1, 3.5])
  }

  @Test func lossIsThatBeforeTheUpdate() throws {
    var trainer = Trainer(Pulled(), plan: plan())
    var losses: [Double] = []
    try trainer.fit(on: data(4, 8), onStep: { losses.append($1.loss) })
    #expect(losses == [8, 18, 0.5, 6.125])
  }

  @Test(arguments: [(nil, 6), (1, 1), (4, 4), (6, 6), (100, 6), (0, 0)])
  func stepLimitEndsTheRun(_ limit: Int?, _ steps: Int) throws {
    var trainer = Trainer(Pulled(), plan: plan(epochs: 3, stepLimit: limit))
    let data = data(1, 2)
    var count = 0
    #expect(trainer.totalSteps(on: data) == steps)
    try trainer.fit(on: data, onStep: { _, _ in count += 1 })
    #expect(count == steps)
    #expect(trainer.stepCount == steps)
    // At its end already.
    try trainer.fit(on: data, onStep: { _, _ in count += 1 })
    #expect(count == steps)
  }

  @Test func stateIsCarriedUntilABatchStartsAnew() throws {
    func losses(startsAnew: Bool) throws -> [Double] {
      var trainer = Trainer(Pulled(), plan: plan())
      var losses: [Double] = []
      try trainer.fit(on: data(4, 8, startsAnew: startsAnew), onStep: { losses.append($1.loss) })
      return losses
    }
    #expect(try losses(startsAnew: true) == [8, 18, 0.5, 6.125])
    #expect(try losses(startsAnew: false) == [8, 4018, 0.5, 4006.125])
  }

  @Test func everyStepDrawsItsOwnDropout() throws {
    func draws(seed: UInt64) throws -> [Double] {
      var plan = plan(epochs: 3)
      plan.seed = seed
      var trainer = Trainer(Drawing(), plan: plan)
      var draws: [Double] = []
      let data = TrainingData(stepsPerEpoch: 2) { _ in Pulled.Batch(target: 0) }
      try trainer.fit(on: data, onStep: { draws.append($1.loss) })
      return draws
    }
    #expect(try Set(draws(seed: 1)).count == 6)
    #expect(try draws(seed: 1) == draws(seed: 1))
    #expect(try Set(draws(seed: 1)).isDisjoint(with: draws(seed: 2)))
  }

  @Test func validationFollowsEveryEpochAndTheEnd() throws {
    var trainer = Trainer(Pulled(), plan: plan(epochs: 3, stepLimit: 5))
    var log: [String] = []
    try trainer.fit(
      on: data(1, 2),
      validation: { model in
        log.append("validate")
        return Double(model.value.scalar)
      },
      onStep: { log.append("step \($1.step)") },
      onEpoch: { trainer, summary in
        #expect(summary.validationLoss == Double(trainer.model.value.scalar))
        #expect(summary.isBest == (summary.epochs == 1))
        log.append("epoch \(summary.epochs)")
      })
    #expect(
      log == [
        "step 1", "step 2", "validate", "epoch 1", "step 3", "step 4", "validate", "epoch 2",
        "step 5", "validate", "epoch 3",
      ])
    // 1.25, 1.5625 and 1.28125: half the way to 1 and 2 by turns.
    #expect(trainer.best?.loss == 1.25)
    #expect(trainer.best?.epoch == 1)
  }

  @Test func bestIsTheLowestValidationLoss() {
    var trainer = Trainer(Pulled(), plan: plan())
    #expect(trainer.best == nil)
    for (epoch, loss) in [.nan, 3, 2, 2, 5, 1.5, .nan, 1.6].enumerated() {
      trainer.note(validationLoss: loss, afterEpochs: epoch + 1)
    }
    #expect(trainer.best?.loss == 1.5)
    #expect(trainer.best?.epoch == 6)
  }

  @Test func withoutValidationThereIsNoBest() throws {
    var trainer = Trainer(Pulled(), plan: plan())
    var losses: [Double?] = []
    try trainer.fit(on: data(1, 2), onEpoch: { losses.append($1.validationLoss) })
    #expect(losses == [nil, nil])
    #expect(trainer.best == nil)
  }

  @Test func scheduleIsAppliedToEveryStep() throws {
    let schedule = LearningRateSchedule(.linear(final: 0), warmupSteps: 2)
    var trainer = Trainer(Pulled(), plan: plan(epochs: 5, schedule: schedule, stepLimit: 6))
    var rates: [Double] = []
    try trainer.fit(on: data(1, 2), onStep: { rates.append($1.learningRate) })
    #expect(rates == [0.25, 0.5, 0.5, 0.375, 0.25, 0.125])
    // The rate reported is the rate used: p += rate (b − p).
    var p: Float = 0
    for (step, rate) in rates.enumerated() { p += Float(rate) * ((step % 2 == 0 ? 1 : 2) - p) }
    #expect(abs(trainer.model.value.scalar - p) < 1e-6)
  }

  @Test func epochSchedulesCountEpochs() throws {
    func rates(_ shape: LearningRateSchedule.Shape) throws -> [Double] {
      var trainer = Trainer(Pulled(), plan: plan(epochs: 4, schedule: .init(shape)))
      var rates: [Double] = []
      try trainer.fit(on: data(1, 2), onStep: { rates.append($1.learningRate) })
      return rates
    }
    #expect(
      try rates(.step(factor: 0.5, epochs: 2)) == [0.5, 0.5, 0.5, 0.5, 0.25, 0.25, 0.25, 0.25])
    #expect(
      try rates(.exponential(factor: 0.5, delay: 1))
        == [0.5, 0.5, 0.5, 0.5, 0.25, 0.25, 0.125, 0.125])
  }

  /// With PyTorch's threshold, cooldown and least rate.
  @Test(arguments: [
    ("plateau", Plateau(factor: 0.5, patience: 2)),
    (
      "plateau-cooldown",
      Plateau(factor: 0.1, patience: 1, threshold: 0.05, cooldown: 2, least: 0.04)
    ),
  ])
  func plateauIsThatOfPyTorch(_ name: String, _ plateau: Plateau) throws {
    let golden = try Golden.json("schedules.json")
    let losses = try golden["plateauLosses"].array().map { try $0.double() }
    let row = try #require(
      try golden["cases"].array().first { try $0["name"].string() == name })
    let expected = try row["learningRates"].array().map { try $0.double() }
    var trainer = Trainer(
      Pulled(),
      plan: TrainingPlan(
        epochs: losses.count, optimizer: SGD(learningRate: try golden["learningRate"].double()),
        schedule: .init(.plateau(plateau))))
    var rates: [Double] = []
    var remaining = losses.makeIterator()
    try trainer.fit(
      on: data(1), validation: { _ in remaining.next() ?? .nan },
      onStep: { rates.append($1.learningRate) })
    #expect(rates.count == expected.count)
    for (rate, wanted) in zip(rates, expected) { #expect(abs(rate - wanted) <= 1e-12 * wanted) }
  }

  @Test func plateauIsCountedForThatScheduleAlone() {
    var trainer = Trainer(Pulled(), plan: plan())
    for epoch in 1...20 { trainer.note(validationLoss: 1, afterEpochs: epoch) }
    #expect(trainer.plateauCount == 0)
  }

  @Test func gradientNormIsReportedBeforeItIsLimited() throws {
    var plan = plan(epochs: 1)
    plan.gradientNormLimit = 1
    var trainer = Trainer(Pulled(), plan: plan)
    let report = try trainer.step(on: data(4))
    #expect(report.gradientNorm == 4)
    // One times the rate, less PyTorch's 10⁻⁶ of the norm.
    #expect(abs(trainer.model.value.scalar - 0.5) < 1e-6)
    var second = trainer
    #expect(abs(try second.step(on: data(1)).gradientNorm - 0.5) < 1e-6)
    #expect(abs(second.model.value.scalar - 0.75) < 1e-6)
  }

  @Test func gradientValuesAreLimitedBeforeTheNorm() throws {
    var plan = plan(epochs: 1)
    plan.gradientValueLimit = 0.5
    var trainer = Trainer(Pulled(), plan: plan)
    #expect(try trainer.step(on: data(4)).gradientNorm == 0.5)
    #expect(trainer.model.value.scalar == 0.25)
    plan.gradientNormLimit = 10
    trainer = Trainer(Pulled(), plan: plan)
    #expect(try trainer.step(on: data(4)).gradientNorm == 0.5)
  }

  @Test func whatACallbackThrowsEndsTheRun() throws {
    struct Enough: Error {}
    var trainer = Trainer(Pulled(), plan: plan())
    #expect(throws: Enough.self) {
      try trainer.fit(on: data(1, 2), onStep: { if $1.step == 3 { throw Enough() } })
    }
    #expect(trainer.stepCount == 3)
    try trainer.fit(on: data(1, 2))
    #expect(trainer.stepCount == 4)
  }
}
