import Testing
import UnrollModels
import UnrollNN
import UnrollRuns
import UnrollTensor
import UnrollTestSupport
import UnrollText
import UnrollTraining

/// A run that uses all there is: dropout, carried state, clipping, a schedule, an optimizer with moments.
struct Run {
  let model: LanguageModel
  let data: TrainingData<LanguageModel.Batch>
  var plan = TrainingPlan(
    epochs: 3, optimizer: AdamW(learningRate: 0.02),
    schedule: LearningRateSchedule(.cosine(final: 0.1), warmupSteps: 4), gradientNormLimit: 0.5,
    gradientValueLimit: 0.2, seed: 9)

  init(_ cell: RecurrentCell = .lstm, hiddenSize: Int = 12, batchSize: Int = 4) throws {
    let text = String(repeating: "the quick brown fox jumps over the lazy dog. ", count: 8)
    let tokenizer = try Tokenizer(from: text)
    model = try LanguageModel(
      .init(cell: cell, layerCount: 2, hiddenSize: hiddenSize, embeddingSize: 6, dropout: 0.2),
      tokenizer: tokenizer, seed: 1)
    data = TrainingData(
      try StreamBatches(
        tokens: Tokens(tokenizer.encode(text)), batchSize: batchSize, sequenceLength: 10))
  }

  var trainer: Trainer<LanguageModel> { Trainer(model, plan: plan) }

  /// The model after the whole run.
  func finished() throws -> LanguageModel {
    var trainer = trainer
    try trainer.fit(on: data)
    return trainer.model
  }
}

/// Expects the parameters of two models to be equal to the bit.
func expectEqualBits(_ actual: LanguageModel, _ expected: LanguageModel, _ name: String) {
  for ((parameter, a), (_, b)) in zip(actual.parameters, expected.parameters) {
    expectEqualBits(a, b, "\(name): \(parameter)")
  }
}

/// A model of one number that is pulled to the number that a batch holds, with the loss (p − b)² / 2: its gradient is p − b.
struct Pulled: Trainable {
  struct Batch: TrainingBatch {
    let target: Float
    var startsAnew = false
    var rowCount: Int { 1 }
    var targetCount: Int { 7 }

    func rows(_ range: Range<Int>) -> Batch { self }
  }

  var value = Tensor(0)

  /// The target of the batch before, to be seen by the next loss.
  struct State: CarriedState {
    var target = Tensor(0)

    mutating func forEachTensor(_ visit: (String, inout Tensor) -> Void) {
      visit("target", &target)
    }
  }

  func startingState(rows: Int) -> State { State() }

  func totalLoss(of batch: Batch, state: inout State, mode: inout Mode) -> Tensor {
    let difference = value - Tensor(batch.target)
    let loss = 0.5 * (difference * difference) + Tensor(1000 * state.target.scalar)
    state.target = Tensor(batch.target)
    return Float(batch.targetCount) * loss
  }

  mutating func forEachParameter(_ visit: (String, inout Tensor) -> Void) {
    visit("value", &value)
  }
}

/// A model whose loss is the number that it draws for its dropout.
struct Drawing: Trainable {
  func totalLoss(of batch: Pulled.Batch, state: inout NoState, mode: inout Mode) -> Tensor {
    guard case .training(var stream) = mode else { return Tensor(-1) }
    defer { mode = .training(stream) }
    return Tensor(Float(batch.targetCount) * stream.uniform())
  }

  mutating func forEachParameter(_ visit: (String, inout Tensor) -> Void) {}
}
