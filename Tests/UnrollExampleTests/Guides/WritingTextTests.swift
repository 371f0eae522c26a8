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

    var limited = GenerationRequest(prompt: "It was", length: 12, seed: 1)
    limited.constraint = try TextConstraint(
      pattern: "( the (best|worst))+", required: ["worst"], for: model.tokenizer)
    let matching = try model.generate(limited)

    #expect(matching == " the worst")
    #expect([text, safe, bold].allSatisfy { $0.count == 40 })
    #expect(texts[0] == text && texts.count == 3)

    let tokens = Indices(try model.tokenizer.encode("It was")).reshaped([-1, 1])
    var state = model.initialState(batchSize: 1)
    let logits = model.logits(after: tokens, state: &state)
    let likely = softmax(logits[-1]).topK(3)

    let scores = try model.logProbabilities(of: " the best", after: "It was")
    let total = scores.reduce(0) { $0 + ($1.logProbability ?? 0) }

    #expect(scores.count == 9 && total < 0)
    #expect(likely.indices[0][0].scalar == logits[-1].argmax().scalar)

    var before = model.initialState(batchSize: 1)
    let states = model.states(after: tokens, state: &before)

    let inspection = try model.inspection(
      of: "It was the best of times, it was the worst of times.")
    let spaces = inspection.tokens.map { model.tokenizer.decode([$0]) == " " ? Float(1) : 0 }
    for found in try inspection.tracking(of: spaces)?.units ?? [] {
      print(found.unit, found.correlation, found.p)
    }

    #expect(states.stepCount == 6 && states[5] == before)
  }

  @Test func piecesAreTheText() async throws {
    let model = try LanguageModel(contentsOf: path)

    let request = GenerationRequest(prompt: "It was", length: 40, seed: 1)
    for try await piece in try model.pieces(request) {
      print(piece.text, terminator: "")
    }

    let best = try BeamSearch(width: 4).texts(of: model, request)
    print(best[0].text, best[0].logProbability)

    let likelihoods = best.map(\.logProbability)
    #expect(best.count == 4 && likelihoods == likelihoods.sorted(by: >))
  }
}
