import Testing
import Unroll
import UnrollTestSupport

/// The loss of a batch is a sum: it is the mean that is reported and trained on, and rows add up.
struct TotalLossTests {
  /// Rows of different lengths, so that some targets are ignored, and windows that go on from each other.
  private static func batches(_ count: Int) throws -> (LanguageModel, [LanguageModel.Batch]) {
    let tokenizer = try Tokenizer(from: "abcdefgh")
    let model = try LanguageModel(
      .init(cell: .gru, layerCount: 2, hiddenSize: 9, embeddingSize: 4), tokenizer: tokenizer,
      seed: 3)
    let documents = ["abcdefghabc", "hgfe", "aabbccddee", "bd", "acegacegaceg"]
    let texts = try documents.map { Tokens(try tokenizer.encode($0)) }
    return (
      model,
      try (0..<count).map { number in
        var batch = TokenBatch()
        batch.clear(batchSize: 5, sequenceLength: 6, isFirst: number == 0)
        for (row, text) in texts.enumerated() {
          let steps = max(0, min(6, text.count - 1 - 6 * number))
          try batch.fill(row: row, from: text, at: 6 * number, count: steps)
        }
        return LanguageModel.Batch(batch)
      }
    )
  }

  private func loss(_ model: LanguageModel, _ batch: LanguageModel.Batch) -> Tensor {
    var (state, mode) = (model.startingState(rows: batch.rowCount), Mode.evaluation)
    return model.totalLoss(of: batch, state: &state, mode: &mode)
  }

  @Test func aStepTakesTheMeanLossAndItsGradientToTheBit() throws {
    let (model, batches) = try Self.batches(1)
    let batch = batches[0]
    #expect(batch.targetCount == 6 + 3 + 6 + 1 + 6)
    let (mean, gradient) = valueAndGradient(of: model) { model in
      var state = model.startingState(rows: 5)
      return crossEntropy(
        model.logits(after: batch.inputs, state: &state), batch.targets,
        ignored: TokenBatch.ignoredTarget)
    }
    var trainer = Trainer(
      model, plan: TrainingPlan(epochs: 1, optimizer: SGD(learningRate: 0.3)))
    let report = try trainer.step(on: TrainingData(stepsPerEpoch: 1) { _ in batch })
    #expect(report.loss == Double(mean.scalar))
    #expect(report.gradientNorm == gradient.norm)
    var expected = model
    var sgd = SGD(learningRate: 0.3)
    sgd.update(&expected, along: gradient)
    expectEqualBits(trainer.model, expected, "after a step")
  }

  @Test(arguments: [1, 2, 4])
  func lossesOfRowsAddUp(_ cut: Int) throws {
    let (model, batches) = try Self.batches(1)
    let batch = batches[0]
    let parts = [batch.rows(0..<cut), batch.rows(cut..<5)]
    #expect(parts.map(\.rowCount) == [cut, 5 - cut])
    #expect(parts.reduce(0) { $0 + $1.targetCount } == batch.targetCount)
    let (whole, gradient) = valueAndGradient(of: model) { loss($0, batch) }
    let (sum, sumGradient) = valueAndGradient(of: model) { model in
      loss(model, parts[0]) + loss(model, parts[1])
    }
    expectClose(sum, whole)
    for ((name, a), (_, b)) in zip(sumGradient.parameters, gradient.parameters) {
      expectClose(a, b, "the gradient of \(name)")
    }
    for row in 0..<5 {
      let alone = batch.rows(row..<row + 1)
      #expect(alone.inputs.values == (0..<6).map { batch.inputs.values[5 * $0 + row] })
      #expect(alone.targets.values == (0..<6).map { batch.targets.values[5 * $0 + row] })
    }
  }

  @Test func evaluationCarriesTheStateAndDropsNothing() throws {
    let (model, batches) = try Self.batches(2)
    #expect(batches.map(\.startsAnew) == [true, false])
    var (state, mode) = (model.startingState(rows: 5), Mode.evaluation)
    let losses = batches.map { model.totalLoss(of: $0, state: &state, mode: &mode).scalar }
    let nats = zip(losses, batches).reduce(0.0) { sum, next in
      let count = next.1.targetCount
      return sum + Double(next.0 / Float(count)) * Double(count)
    }
    let count = batches.reduce(0) { $0 + $1.targetCount }
    let data = TrainingData(stepsPerEpoch: 2) { batches[$0] }
    #expect(try model.meanLoss(over: data) == nats / Double(count))
    // A second epoch starts from zeros, like the first.
    let twice = model.totalLoss(ofBatches: 4) { batches[$0 % 2] }
    #expect(twice.nats == 2 * nats && twice.count == 2 * count)
    #expect(model.totalLoss(ofBatches: 1) { _ in batches[1] }.nats != Double(losses[1]))
  }

  @Test func evaluationDrawsNoDropout() throws {
    let data = TrainingData(stepsPerEpoch: 3) { _ in Pulled.Batch(target: 0) }
    // What `Drawing` says where there is nothing to draw from.
    #expect(try Drawing().meanLoss(over: data) == Double(Float(-1) / 7))
  }

  @Test func nothingIsDifferentiatedBeyondTheBatch() throws {
    let (model, batches) = try Self.batches(2)
    let data = TrainingData(stepsPerEpoch: 2) { batches[$0 % 2] }
    let plan = TrainingPlan(epochs: 3, optimizer: SGD(learningRate: 0.1))
    var trainer = Trainer(Undetached(model: model), plan: plan)
    var expected = Trainer(Detached(inner: Undetached(model: model)), plan: plan)
    try trainer.fit(on: data)
    try expected.fit(on: data)
    expectEqualBits(trainer.model.model, expected.model.inner.model, "after 6 steps")
  }

  @Test func withoutTargetsThereIsNoMean() throws {
    let (model, batches) = try Self.batches(1)
    let empty = LanguageModel.Batch(
      TokenBatch(of: Array(repeating: TokenBatch.ignoredTarget, count: 5)))
    #expect(try model.meanLoss(over: TrainingData(stepsPerEpoch: 1) { _ in empty }).isNaN)
    let data = TrainingData(stepsPerEpoch: 2) { [empty, batches[0]][$0] }
    var trainer = Trainer(model, plan: TrainingPlan(epochs: 1, optimizer: Adam()))
    #expect(try trainer.step(on: data).outcome == .skipped("the loss is not finite"))
    #expect(try trainer.step(on: data).outcome == .updated)
  }
}

/// A model that carries its state as it is, with all that was recorded for it.
private struct Undetached: Trainable {
  var model: LanguageModel

  func startingState(rows: Int) -> RecurrentState { model.startingState(rows: rows) }

  func totalLoss(
    of batch: LanguageModel.Batch, state: inout RecurrentState, mode: inout Mode
  ) -> Tensor {
    let input = model.embedding.map { RecurrentInput.vectors($0(batch.inputs)) }
    let result = model.rnn(input ?? .oneHot(batch.inputs), state: state, mode: &mode)
    state = result.state
    return (result.output * result.output).sum()
  }

  mutating func forEachParameter(_ visit: (String, inout Tensor) -> Void) {
    model.forEachParameter(visit)
  }
}

/// The same, cut off by hand.
private struct Detached: Trainable {
  var inner: Undetached

  func startingState(rows: Int) -> RecurrentState { inner.startingState(rows: rows) }

  func totalLoss(
    of batch: LanguageModel.Batch, state: inout RecurrentState, mode: inout Mode
  ) -> Tensor {
    defer { state = state.detached() }
    return inner.totalLoss(of: batch, state: &state, mode: &mode)
  }

  mutating func forEachParameter(_ visit: (String, inout Tensor) -> Void) {
    inner.forEachParameter(visit)
  }
}

extension TokenBatch {
  /// One step of some targets.
  fileprivate init(of targets: [Token]) {
    self.init()
    clear(batchSize: targets.count, sequenceLength: 1, isFirst: true)
    self.targets = targets
  }
}
