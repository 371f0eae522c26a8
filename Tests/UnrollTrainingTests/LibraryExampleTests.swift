import Foundation
import Testing
import Unroll
import UnrollTestSupport

/// The program of the README, on a small text.
@Suite struct LibraryExampleTests {
  @Test func programOfTheReadmeRuns() throws {
    let folder = try TemporaryFolder()
    let sentences = String(
      repeating: "It was the best of times, it was the worst of times.\n", count: 100)
    let book = try folder.write(sentences, to: "book.txt")
    let output = folder("book.safetensors")

    let text = try Corpus(reading: [book])
    let tokenizer = try Tokenizer(learning: TokenizerSettings(), from: [text])
    let model = try LanguageModel(.init(cell: .lstm, hiddenSize: 16), tokenizer: tokenizer, seed: 0)

    let windows = try StreamBatches(
      tokens: text.tokens(by: tokenizer), batchSize: 50, sequenceLength: 50)
    let data = TrainingData(windows)
    let plan = TrainingPlan(
      epochs: 10, optimizer: Adam(learningRate: 2e-2), gradientNormLimit: 5)
    var trainer = Trainer(model, plan: plan)
    var losses: [Double] = []
    try trainer.fit(on: data, onStep: { losses.append($1.loss) })
    #expect(losses.count == 20)
    #expect(losses[19] < losses[0])

    try trainer.model.write(to: output)
    let written = try trainer.model.generate(
      prompt: "It was", length: 30, sampling: Sampling(temperature: 0.8))
    #expect(written.count == 30)
    #expect(
      try LanguageModel(contentsOf: output).generate(
        prompt: "It was", length: 30, sampling: Sampling(temperature: 0.8)) == written)
  }
}
