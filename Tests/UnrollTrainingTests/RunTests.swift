import Testing
import UnrollModels
import UnrollNN
import UnrollRuns
import UnrollTensor
import UnrollTestSupport
import UnrollText
import UnrollTraining

/// Whole training runs of language models.
struct RunTests {
  @Test(arguments: [RecurrentCell.rnnTanh, .rnnReLU, .lstm, .gru])
  func theSameRunGivesTheSameBits(_ cell: RecurrentCell) throws {
    let first = try Run(cell).finished()
    expectEqualBits(first, try Run(cell).finished(), "again")
    #expect(first.parameters.map(\.value) != (try Run(cell).model.parameters.map(\.value)))
  }

  @Test(arguments: [RecurrentCell.rnnTanh, .rnnReLU, .lstm, .gru])
  func anyNumberOfThreadsGivesTheSameBits(_ cell: RecurrentCell) throws {
    // Large enough that there is work for more than one thread.
    var run = try Run(cell, hiddenSize: 80, batchSize: 16)
    run.plan.epochs = 2
    let one = try Threads.withCount(1) { try run.finished() }
    for threads in [2, 3] {
      expectEqualBits(
        try Threads.withCount(threads) { try run.finished() }, one, "\(threads) threads")
    }
  }

  @Test(arguments: [1, 5, 9, 20])
  func aRunInTwoPartsEqualsOneRun(_ first: Int) throws {
    let run = try Run()
    var trainer = run.trainer
    for _ in 0..<first { _ = try trainer.step(on: run.data) }
    var copy = trainer
    while copy.stepCount < copy.totalSteps(on: run.data) { _ = try copy.step(on: run.data) }
    try trainer.fit(on: run.data)
    let whole = try run.finished()
    expectEqualBits(copy.model, whole, "step by step")
    expectEqualBits(trainer.model, whole, "fitted")
  }

  @Test func seedOfTheDropoutMatters() throws {
    var run = try Run()
    let first = try run.finished()
    run.plan.seed += 1
    #expect(try run.finished().parameters.map(\.value) != first.parameters.map(\.value))
  }

  @Test(arguments: [
    (RecurrentCell.rnnTanh, 0.2), (.rnnReLU, 0.2), (.lstm, 0.2), (.gru, 0.2),
  ])
  func lossFalls(_ cell: RecurrentCell, to bound: Double) throws {
    let text = String(repeating: "hello world, ", count: 30)
    let tokenizer = try Tokenizer(from: text)
    let model = try LanguageModel(
      .init(cell: cell, hiddenSize: 24), tokenizer: tokenizer, seed: 2)
    let tokens = Tokens(try tokenizer.encode(text))
    var trainer = Trainer(
      model,
      plan: TrainingPlan(epochs: 12, optimizer: Adam(learningRate: 0.02), gradientNormLimit: 1))
    let validation = try EvaluationBatches(
      tokens: tokens, batchSize: 2, sequenceLength: 20, warmUp: 20)
    var losses: [Double] = []
    try trainer.fit(
      on: TrainingData(StreamBatches(tokens: tokens, batchSize: 4, sequenceLength: 13)),
      validation: { model in
        let total = try model.totalLoss(over: validation)
        return total.nats / Double(total.count)
      }, onEpoch: { losses.append($1.validationLoss ?? .nan) })
    #expect(losses.count == 12)
    #expect(losses[0] > 1)
    #expect(losses[11] < bound)
    #expect(trainer.best?.loss == losses.min())
    #expect(
      try trainer.model.generate(prompt: "hello", length: 8, sampling: .greedy) == " world, ")
  }
}
