import Foundation
import Testing
import UnrollModels
import UnrollTensor
import UnrollText
import UnrollTestSupport

/// Where a text stands, as a value and as a file.
struct TextStateTests {
  private static let sampling = Sampling(
    temperature: 0.9, topP: 0.95, repetitionPenalty: 1.2, frequencyPenalty: 0.1)

  @Test(arguments: Variant.all)
  func textThatPausedGoesOnAsIfItHadNot(_ variant: Variant) throws {
    let model = try variant.model()
    let folder = try TemporaryFolder()
    for (prompt, first) in [("abc", 1), ("a", 40), (String(repeating: "abcdefghij", count: 70), 7)]
    {
      var request = GenerationRequest(
        prompt: prompt, length: first + 60, sampling: Self.sampling, seed: 3)
      let whole = try model.generate(request)
      request.length = first
      var stream = try TextStream(model, request, keepsStates: true)
      var text = ""
      while let piece = stream.next() { text += piece.text }
      let state = try #require(stream.state(of: 0))
      try state.write(to: folder("state"), of: model)
      let read = try TextState(contentsOf: folder("state"), of: model)
      #expect(read == state)
      #expect(try TextState(bytes: state.bytes(of: model), of: model) == state)
      let rest = GenerationRequest(state: read, length: 60, sampling: Self.sampling)
      #expect(try text + model.generate(rest) == whole)
    }
  }

  @Test(arguments: TokenizerCase.all)
  func halfACharacterIsNotLostInAPause(_ test: TokenizerCase) throws {
    let model = try LanguageModel(
      .init(cell: .gru, hiddenSize: 7), tokenizer: test.tokenizer(), seed: 2)
    let prompt = String(test.texts[0].prefix(3))
    let whole = try model.generate(prompt: prompt, length: 40, seed: 1)
    for first in 1..<40 {
      var stream = try TextStream(
        model, GenerationRequest(prompt: prompt, length: first, seed: 1), keepsStates: true)
      var text = ""
      while let piece = stream.next() { text += piece.text }
      let rest = GenerationRequest(state: stream.state(of: 0), length: 40 - first)
      #expect(try text + model.generate(rest) == whole)
    }
  }

  @Test func aStateIsTakenAtAnyMoment() throws {
    let model = try Variant.all[7].model()
    let request = GenerationRequest(
      prompt: String(repeating: "abcdefghij", count: 60), length: 30, seed: 8)
    let whole = try model.generate(request)
    var generation = try Generation(model, [GenerationRequest(prompt: "j", length: 99), request])
    var text = ""
    while generation.ending(of: 1) == nil {
      if text.count % 3 == 1 { _ = generation.logits }
      let state = generation.state(of: 1)
      var rest = GenerationRequest(state: state, length: 30 - text.count)
      #expect(try text + model.generate(rest) == whole)
      // The same random numbers, under a seed and a number.
      rest.seed = 8
      #expect(try text.isEmpty ? model.generate(rest) == whole : true)
      for piece in generation.advance() where piece.row == 1 { text += piece.text }
    }
  }

  @Test func branchesDifferAndAreReproducible() throws {
    let model = try Variant.all[3].model()
    var generation = try Generation(model, [GenerationRequest(prompt: "abc", length: 9)])
    while generation.isWriting { _ = generation.advance() }
    let request = GenerationRequest(state: generation.state(of: 0), length: 20)
    let texts = try model.generate(request, count: 10)
    #expect(Set(texts).count == 10)
    #expect(try model.generate(request, count: 10) == texts)
    #expect(try model.generate(request) == texts[0])
    var seeded = request
    seeded.seed = 4
    #expect(try model.generate(seeded) != texts[0])
    // A prompt comes behind it.
    var further = request
    further.prompt = .text("jab")
    further.sampling = .greedy
    let known = model.tokenizer.decode(generation.state(of: 0).recent)
    #expect(
      try model.generate(further)
        == model.generate(prompt: known + "jab", length: 20, sampling: .greedy))
  }

  @Test func stateOfAnotherModelIsRefused() throws {
    let folder = try TemporaryFolder()
    let model = try Variant.all[0].model()
    var generation = try Generation(model, [GenerationRequest(prompt: "abc", length: 9)])
    let state = generation.state(of: 0)
    try state.write(to: folder("state"), of: model)
    let others = try [
      Variant.all[0].model(seed: 4), Variant.all[3].model(),
      Variant.all[0].model(Tokenizer("abcdefghik")),
    ]
    for other in others {
      let error = #expect(throws: ModelError.self) {
        try TextState(contentsOf: folder("state"), of: other)
      }
      #expect(error?.code == .notAModel)
      #expect(error?.message.contains("of another model") == true)
    }
    let error = #expect(throws: ModelError.self) {
      try Variant.all[8].model().generate(GenerationRequest(state: state, length: 1))
    }
    #expect(error?.message.contains("other sizes") == true)
    try model.write(to: folder("model"))
    #expect(throws: ModelError.self) { try TextState(contentsOf: folder("model"), of: model) }
  }

  @Test func damagedStatesAreRefusedOrRead() throws {
    let model = try Variant.all[6].model()
    var generation = try Generation(model, [GenerationRequest(prompt: "abc", length: 9)])
    _ = generation.advance()
    _ = generation.logits
    let bytes = try generation.state(of: 0).bytes(of: model)
    var random = RandomStream(seed: 12, purpose: .shuffling)
    for _ in 0..<3000 {
      var damaged = bytes
      for _ in 0..<Int.random(in: 1...4, using: &random) {
        switch Int.random(in: 0..<3, using: &random) {
        case 0:
          damaged[Int.random(in: damaged.indices, using: &random)] = .random(
            in: 0...255, using: &random)
        case 1: damaged.removeLast(Int.random(in: 0...min(40, damaged.count - 1), using: &random))
        default:
          damaged.insert(
            .random(in: 0...255, using: &random),
            at: Int.random(in: damaged.indices, using: &random))
        }
      }
      guard let state = try? TextState(bytes: damaged, of: model) else { continue }
      _ = try model.generate(GenerationRequest(state: state, length: 3))
    }
  }

  @Test func digestKnowsWhatAModelWrites() throws {
    let model = try Variant.all[1].model()
    let folder = try TemporaryFolder()
    try model.write(to: folder("model"))
    #expect(try LanguageModel(contentsOf: folder("model")).digest == model.digest)
    #expect(model.digest.count == 64)
    #expect(try Variant.all[1].model(seed: 9).digest != model.digest)
    #expect(try Variant.all[1].model(Tokenizer("abcdefghik")).digest != model.digest)
  }
}
