import Testing
import Unroll

/// The code of the guide of this name.
@Suite struct WritingTextTests {
  private let folder: GuideFolder
  private var path: String { folder["model.safetensors"] }

  init() throws {
    folder = try GuideFolder()
    try folder.model().write(to: path)
  }

  @Test func aModelWrites() throws {
    let model = try LanguageModel(contentsOf: path)
    let text = try model.generate(prompt: "It was", length: 40, seed: 1)

    let safe = try model.generate(prompt: "It was", length: 40, sampling: .greedy)
    let bold = try model.generate(
      prompt: "It was", length: 40, sampling: Sampling(temperature: 0.8, topP: 0.95), seed: 1)

    try model.generate(prompt: "It was", length: 40, seed: 1) { piece in
      try Task.checkCancellation()
      print(piece, terminator: "")
    }

    let texts = try model.generate(count: 3, prompt: "It was", length: 40, seed: 1)

    #expect([text, safe, bold].allSatisfy { $0.count == 40 })
    #expect(texts[0] == text && texts.count == 3)

    let tokens = Indices(try model.tokenizer.encode("It was")).reshaped([-1, 1])
    var state = model.initialState(batchSize: 1)
    let logits = model.logits(after: tokens, state: &state)
    let likely = softmax(logits[-1]).topK(3)

    #expect(likely.indices[0][0].scalar == logits[-1].argmax().scalar)
  }
}
