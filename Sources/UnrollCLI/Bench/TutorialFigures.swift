import Unroll
import UnrollModels
import UnrollNN
import UnrollTensor
import UnrollText
import UnrollTraining

/// The tutorial's 100 epochs.
struct TutorialFigures {
  let milliseconds: Double
  /// The loss of the last epoch.
  let loss: Double

  init() throws {
    let sentences = ["hey how are you", "good i am fine", "have a nice day"]
    let tokenizer = try Tokenizer(learning: TokenizerSettings(), from: sentences)
    let batches = try PaddedSentences(sentences, tokenizer: tokenizer)
    let batch = LanguageModel.Batch(try batches.batch(at: 0))
    let model = try LanguageModel(
      .init(cell: .rnnTanh, hiddenSize: 12), tokenizer: tokenizer, seed: 0)
    let plan = TrainingPlan(epochs: 100, optimizer: Adam(learningRate: 0.01))
    var loss = 0.0
    let durations = try (0..<20).map { _ in
      let watch = Stopwatch()
      var trainer = Trainer(model, plan: plan)
      try trainer.fit(on: TrainingData(stepsPerEpoch: 1) { _ in batch }, onStep: { loss = $1.loss })
      return watch.seconds
    }
    milliseconds = 1e3 * durations.sorted()[durations.count / 2]
    self.loss = loss
  }
}
