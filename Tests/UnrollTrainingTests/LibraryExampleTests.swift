import Foundation
import Testing
import Unroll

/// The program of the README, on a small text.
@Suite struct LibraryExampleTests {
  @Test func programOfTheReadmeRuns() throws {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent(UUID().uuidString)
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    let book = folder.appendingPathComponent("book.txt").path
    let output = folder.appendingPathComponent("book.safetensors").path
    try String(repeating: "It was the best of times, it was the worst of times.\n", count: 100)
      .write(toFile: book, atomically: true, encoding: .utf8)

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
