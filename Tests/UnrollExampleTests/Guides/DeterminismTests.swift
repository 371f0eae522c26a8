import Testing
import Unroll

/// The code of the guide of this name.
@Suite struct DeterminismTests {
  private let folder: GuideFolder

  init() throws { folder = try GuideFolder() }

  private func trainedModel() throws -> LanguageModel {
    var settings = RunSettings(
      LanguageSettings(texts: [folder["book.txt"]]), output: folder["book.safetensors"])
    settings.sizes.hiddenSize = 8
    settings.ending.steps = 10
    var run = try TrainingRun<LanguageTask>(settings)
    return try run.train().model
  }

  @Test func threadsChangeNothing() throws {
    let one = try Threads.withCount(1) { try trainedModel() }
    let two = try Threads.withCount(2) { try trainedModel() }
    let areEqual = try one.bytes() == two.bytes()

    #expect(areEqual)
  }

  @Test func neighboursChangeNothing() throws {
    let model = try folder.model()

    let together = try model.generate(count: 3, prompt: "It was", length: 30, seed: 1)
    let alone = try model.generate(prompt: "It was", length: 30, seed: 1)

    #expect(together[0] == alone)
  }

  @Test func aSeedGivesTheInitialValues() {
    var random = MersenneTwister(seed: 0)
    let layer = Linear(inputSize: 4, outputSize: 2, using: &random)

    var again = MersenneTwister(seed: 0)
    #expect(layer.weight == Linear(inputSize: 4, outputSize: 2, using: &again).weight)
  }
}
