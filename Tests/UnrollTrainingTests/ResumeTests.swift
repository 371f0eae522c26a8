import Testing
import UnrollModels
import UnrollNN
import UnrollRuns
import UnrollTensor
import UnrollText
import UnrollTraining

/// A run that goes on from a checkpoint is, to the last byte, the run that was never interrupted.
struct ResumeTests {
  struct Case: Sendable, CustomStringConvertible {
    let cell: RecurrentCell
    let dropout: Float
    let optimizer: any Optimizer
    let shape: LearningRateSchedule.Shape
    var embeddingSize = 6
    var patience: Int?
    var stepLimit = 45
    var averaging = WeightAveraging.none
    var shards = 1
    var regularization = Regularization()

    var description: String {
      "\(cell), dropout \(dropout), \(type(of: optimizer)), \(shape), patience \(patience ?? 0)"
    }
  }

  static let cases = [
    Case(cell: .lstm, dropout: 0.3, optimizer: Adam(learningRate: 0.02), shape: .constant),
    Case(
      cell: .gru, dropout: 0, optimizer: Adam(learningRate: 0.02, amsgrad: true),
      shape: .cosine(final: 0.1)),
    Case(
      cell: .rnnTanh, dropout: 0.2, optimizer: AdamW(learningRate: 2),
      shape: .plateau(Plateau(factor: 0.5, patience: 0, threshold: 0))),
    Case(
      cell: .rnnReLU, dropout: 0, optimizer: SGD(learningRate: 0.5), shape: .linear(final: 0),
      embeddingSize: 0),
    Case(
      cell: .lstm, dropout: 0.1, optimizer: SGD(learningRate: 8, momentum: 0.9, nesterov: true),
      shape: .plateau(Plateau(factor: 0.25, patience: 0, threshold: 0))),
    Case(
      cell: .gru, dropout: 0.4, optimizer: RMSprop(learningRate: 0.01),
      shape: .step(factor: 0.5, epochs: 1)),
    Case(
      cell: .lstm, dropout: 0,
      optimizer: RMSprop(learningRate: 0.01, momentum: 0.8, centered: true),
      shape: .exponential(factor: 0.8, delay: 1), embeddingSize: 0),
    Case(
      cell: .gru, dropout: 0.2, optimizer: Adagrad(learningRate: 0.1, learningRateDecay: 0.01),
      shape: .constant),
    Case(
      // From the second epoch on the loss does not change.
      cell: .lstm, dropout: 0.2, optimizer: Adam(learningRate: 0.02),
      shape: .exponential(factor: 1e-12, delay: 0), patience: 1),
    Case(
      // One epoch, whose tenths count.
      cell: .gru, dropout: 0.2, optimizer: AdamW(learningRate: 2),
      shape: .plateau(Plateau(factor: 0.5, patience: 0, threshold: 0)), stepLimit: 8),
    Case(
      cell: .lstm, dropout: 0.2, optimizer: AdamW(learningRate: 0.02, decaysBiases: false),
      shape: .cosineRestarts(final: 0.1, epochs: 1, growth: 2),
      averaging: .exponential(decay: 0.9), shards: 2, regularization: .all),
    Case(
      cell: .gru, dropout: 0.2, optimizer: SGD(learningRate: 8),
      shape: .oneCycle(start: 0.1, rise: 0.3, final: 1), averaging: .whenStalled(interval: 1)),
    Case(
      cell: .rnnTanh, dropout: 0, optimizer: AdamW(learningRate: 2),
      shape: .plateau(
        Plateau(factor: 0.5, patience: 0, threshold: 0.9, cooldown: 1, least: 0.1))),
  ]

  struct Setup {
    let model: LanguageModel
    let other: LanguageModel
    let data: TrainingData<LanguageModel.Batch>
    let validation: EvaluationBatches
    let plan: TrainingPlan

    init(_ test: Case) throws {
      let text = String(repeating: "the quick brown fox jumps over the lazy dog. ", count: 8)
      let tokenizer = try Tokenizer(from: text)
      var configuration = LanguageModel.Configuration(
        cell: test.cell, layerCount: 2, hiddenSize: 10, embeddingSize: test.embeddingSize,
        dropout: test.dropout)
      configuration.regularization = test.regularization
      model = try LanguageModel(configuration, tokenizer: tokenizer, seed: 1)
      other = try LanguageModel(configuration, tokenizer: tokenizer, seed: 2)
      let tokens = Tokens(try tokenizer.encode(text))
      data = TrainingData(try StreamBatches(tokens: tokens, batchSize: 4, sequenceLength: 10))
      validation = try EvaluationBatches(
        tokens: tokens[0..<80], batchSize: 1, sequenceLength: 40, warmUp: 0)
      plan = TrainingPlan(
        epochs: 6, optimizer: test.optimizer,
        schedule: LearningRateSchedule(test.shape, warmupSteps: 3), gradientNormLimit: 1,
        stepLimit: test.stepLimit, patience: test.patience, averaging: test.averaging,
        shardCount: test.shards, seed: 4)
    }

    func loss(of model: LanguageModel) throws -> Double {
      let total = try model.totalLoss(over: validation)
      return total.nats / Double(total.count)
    }

    func finish(_ trainer: inout Trainer<LanguageModel>) throws {
      try trainer.fit(on: data, validation: { try loss(of: $0) })
    }
  }

  @Test(arguments: cases)
  func resumedRunEqualsTheUninterruptedOne(_ test: Case) throws {
    let setup = try Setup(test)
    var whole = Trainer(setup.model, plan: setup.plan)
    try setup.finish(&whole)
    let expected = try CheckpointFolder.files(of: whole, on: setup.data)
    #expect(setup.data.stepsPerEpoch == 8)
    var trainer = Trainer(setup.model, plan: setup.plan)
    for step in 0...45 where !trainer.isDone(on: setup.data) {
      if [0, 1, 2, 7, 8, 9, 17, 24, 40, 44].contains(step) {
        var resumed = try CheckpointFolder.reopened(trainer, as: setup.other, on: setup.data)
        try setup.finish(&resumed)
        #expect(
          try CheckpointFolder.files(of: resumed, on: setup.data) == expected, "after step \(step)")
      }
      let report = try trainer.step(on: setup.data)
      if report.isValidationDue {
        trainer.note(
          validationLoss: try setup.loss(of: trainer.measuredModel), afterEpochs: report.epoch + 1)
      }
    }
    #expect(try CheckpointFolder.files(of: trainer, on: setup.data) == expected)
    if case .plateau = test.shape { #expect(whole.plateauCount > 0) }
    if case .whenStalled = test.averaging { #expect(whole.current.counters.hasStalled) }
    if test.patience != nil { #expect(whole.isOutOfPatience && whole.stepCount < 45) }
  }

  @Test func runThatIsDoneIsRestoredAsDone() throws {
    let setup = try Setup(Self.cases[0])
    var whole = Trainer(setup.model, plan: setup.plan)
    try setup.finish(&whole)
    let resumed = try CheckpointFolder.reopened(whole, as: setup.other, on: setup.data)
    #expect(resumed.isDone(on: setup.data))
    #expect(resumed.current.counters == whole.current.counters)
    expectEqualBits(resumed.model, whole.model, "done")
  }

  @Test func otherPlanOrModelIsRefusedAndTheTrainerStays() throws {
    let setup = try Setup(Self.cases[0])
    let folder = try CheckpointFolder()
    let store = try CheckpointStore(creating: folder.path)
    var trainer = Trainer(setup.model, plan: setup.plan)
    for _ in 0..<10 { _ = try trainer.step(on: setup.data) }
    try store.write(trainer, on: setup.data)
    let checkpoint = try store.newest { _ in }

    func expectMismatch(_ model: LanguageModel, _ plan: TrainingPlan, _ sentence: String) throws {
      var other = Trainer(model, plan: plan)
      let error = #expect(throws: (any Error).self) {
        try other.restore(checkpoint, on: setup.data)
      }
      #expect("\(try #require(error))".contains(sentence))
      #expect(other.stepCount == 0)
      expectEqualBits(other.model, model, sentence)
    }
    let smaller = try LanguageModel(
      .init(cell: .lstm, layerCount: 2, hiddenSize: 8, embeddingSize: 6),
      tokenizer: setup.model.tokenizer, seed: 1)
    try expectMismatch(
      smaller, setup.plan, #""rnn.weight_ih_l0" is [40, 6] where [32, 6] is needed"#)
    var plan = setup.plan
    plan.optimizer = SGD(learningRate: 1)
    try expectMismatch(setup.model, plan, "this run has no place for")
    plan.optimizer = Adam(amsgrad: true)
    try expectMismatch(setup.model, plan, #"it lacks "optimizer.2."#)
    plan = setup.plan
    plan.stepLimit = 9
    try expectMismatch(setup.model, plan, "is at step 10 of a run of 9 steps")
  }
}

extension Regularization {
  /// Everything that there is.
  fileprivate static var all: Regularization {
    var all = Regularization()
    all.embeddingDropout = 0.1
    all.isDropoutVariational = true
    all.weightDropout = 0.2
    all.activationPenalty = 0.5
    all.temporalPenalty = 0.25
    all.labelSmoothing = 0.05
    return all
  }
}
