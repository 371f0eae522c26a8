import Testing
import UnrollModels
import UnrollNN
import UnrollTensor
import UnrollTestSupport
import UnrollText
import UnrollTraining

/// Batches whose gradients are sums over parts of their rows.
struct ShardTests {
  private func trainer(_ run: Run, shards: Int, dropout: Bool) throws -> Trainer<LanguageModel> {
    var plan = run.plan
    plan.shardCount = shards
    var configuration = run.model.configuration
    if !dropout { configuration.dropout = 0 }
    return Trainer(
      try LanguageModel(configuration, tokenizer: run.model.tokenizer, seed: 1), plan: plan)
  }

  /// Each shard's loss and gradient, added in order, are those of the step, to the bit.
  @Test(arguments: [2, 3, 4, 9])
  func gradientIsTheSumInOrder(_ shards: Int) throws {
    let run = try Run()
    let batch = try run.data.batch(0)
    var sum: [Tensor] = []
    for shard in 0..<shards {
      let rows = shard * 4 / shards..<(shard + 1) * 4 / shards
      guard !rows.isEmpty else { continue }
      var state = run.model.startingState(rows: rows.count)
      var mode = Mode.training(
        RandomStream(seed: 9, purpose: .dropout, number: 0, part: UInt64(shard)))
      let (_, gradient) = valueAndGradient(of: run.model) {
        $0.totalLoss(of: batch.rows(rows), state: &state, mode: &mode) / Float(batch.targetCount)
      }
      let own = gradient.parameters.map(\.value)
      sum = sum.isEmpty ? own : zip(sum, own).map { $0 + $1 }
    }
    // A step of plain gradient descent with the rate 1 shows the gradient.
    var plan = TrainingPlan(epochs: 1, optimizer: SGD(learningRate: 1), shardCount: shards)
    plan.seed = 9
    var trainer = Trainer(run.model, plan: plan)
    _ = try trainer.step(on: run.data)
    for (index, (after, before)) in zip(trainer.model.parameters, run.model.parameters)
      .enumerated()
    {
      expectClose(after.value, before.value - sum[index], relative: 0, absolute: 1e-7, after.name)
    }
  }

  /// Without dropout only the order of additions differs.
  @Test func shardsLearnWhatTheWholeBatchLearns() throws {
    let run = try Run()
    var whole = try trainer(run, shards: 1, dropout: false)
    var parts = try trainer(run, shards: 4, dropout: false)
    for _ in 0..<10 {
      let (a, b) = (try whole.step(on: run.data), try parts.step(on: run.data))
      #expect(abs(a.loss - b.loss) < 1e-5)
      #expect(abs(a.gradientNorm - b.gradientNorm) < 1e-4)
    }
  }

  /// The carried state is that of all rows, in their order.
  @Test func runInShardsIsResumedToTheBit() throws {
    let run = try Run()
    var whole = try trainer(run, shards: 3, dropout: true)
    try whole.fit(on: run.data)
    var part = try trainer(run, shards: 3, dropout: true)
    for _ in 0..<7 { _ = try part.step(on: run.data) }
    var resumed = try CheckpointFolder.reopened(part, as: run.model, on: run.data)
    try resumed.fit(on: run.data)
    #expect(
      try CheckpointFolder.files(of: resumed, on: run.data)
        == CheckpointFolder.files(of: whole, on: run.data))
  }
}
