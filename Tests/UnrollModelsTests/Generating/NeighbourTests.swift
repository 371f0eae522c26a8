import Testing
import UnrollModels
import UnrollNN
import UnrollTensor
import UnrollText

/// A text is the one that it would be alone, whatever is written beside it.
struct NeighbourTests {
  /// Texts with nothing in common: their prompts, lengths, settings and stop texts.
  private static func requests(_ count: Int, for model: LanguageModel) throws -> [GenerationRequest]
  {
    let constraint = try TextConstraint(
      pattern: "(ab|[c-f]){2,9}", for: model.tokenizer)
    let index = try CopyIndex(Tokens(model.tokenizer.encode("abcdefghijjihgfedcba")))
    var random = RandomStream(seed: 1, purpose: .shuffling)
    return (0..<count).map { number in
      let promptLength = [1, 3, 31, 32, 33, 34, 300, 515][number % 8]
      let prompt = String(
        (0..<promptLength).map { _ in "abcdefghij".randomElement(using: &random) ?? "a" })
      var request = GenerationRequest(
        prompt: prompt, length: Int.random(in: 9...40, using: &random),
        sampling: Sampling(
          temperature: Float(number % 3), topK: number % 5 == 0 ? 6 : nil,
          repetitionPenalty: number % 4 == 0 ? 1.3 : 1),
        seed: UInt64(number % 7), number: UInt64(number), stop: number % 6 == 0 ? ["ab", "j"] : [],
        likeliestCount: number % 3)
      if number % 9 == 0 { request.constraint = constraint }
      if number % 11 == 0 { request.copyLimit = CopyLimit(index, tokenCount: 2) }
      return request
    }
  }

  private struct Written: Equatable {
    var tokens: [Token] = []
    var text = ""
    var logProbabilities: [Float] = []
    var likeliest: [[LikelyToken]] = []
    var ending: TextEnding?

    mutating func append(_ piece: TextPiece) {
      tokens += piece.token.map { [$0] } ?? []
      text += piece.text
      logProbabilities.append(piece.logProbability)
      likeliest.append(piece.likeliest)
      ending = piece.ending
    }
  }

  private static func alone(_ request: GenerationRequest, _ model: LanguageModel) throws -> Written
  {
    var written = Written()
    for piece in try TextStream(model, request) { written.append(piece) }
    return written
  }

  @Test(arguments: Variant.all, [1, 2])
  func rowsThatComeAndGoAreWhatTheyAreAlone(_ variant: Variant, threads: Int) throws {
    let model = try variant.model()
    let requests = try Self.requests(variant.configuration.layerCount == 1 ? 64 : 24, for: model)
    let expected = try Threads.withCount(1) { try requests.map { try Self.alone($0, model) } }
    #expect(Set(expected.map(\.text)).count > requests.count / 2)
    try Threads.withCount(threads) {
      var random = RandomStream(seed: 9, purpose: .shuffling)
      var generation = Generation(model)
      var waiting = requests.indices.shuffled(using: &random)
      var numbers: [Int: Int] = [:]
      var disturbers: Set<Int> = []
      var written = [Written](repeating: Written(), count: requests.count)
      while !waiting.isEmpty || !numbers.isEmpty {
        while let next = waiting.last, numbers.isEmpty || Int.random(in: 0..<3, using: &random) == 0
        {
          waiting.removeLast()
          numbers[try generation.add(requests[next])] = next
        }
        // Texts that nobody waits for come, are copied, and go in the middle.
        if Int.random(in: 0..<4, using: &random) == 0 {
          disturbers.insert(try generation.add(GenerationRequest(prompt: "ba", length: 99)))
        }
        if let gone = disturbers.min(), Int.random(in: 0..<6, using: &random) == 0 {
          generation.remove(gone)
          disturbers.remove(gone)
        }
        var branch = generation
        _ = branch.advance()
        if Int.random(in: 0..<5, using: &random) == 0 { _ = generation.logits }
        for piece in generation.advance() {
          guard let number = numbers[piece.row] else { continue }
          written[number].append(piece)
          guard piece.ending != nil else { continue }
          generation.remove(piece.row)
          numbers[piece.row] = nil
        }
      }
      for number in requests.indices { #expect(written[number] == expected[number]) }
    }
  }

  @Test(arguments: [1, 2, 3, 64])
  func howManyAreWrittenAtOnceDoesNotMatter(_ atOnce: Int) throws {
    let model = try Variant.all[4].model()
    let request = GenerationRequest(
      prompt: String(repeating: "abcdefghij", count: 40), length: 30, seed: 5, stop: ["a"])
    let whole = try model.generate(request, count: 20)
    #expect(Set(whole.map(\.count)).count > 5)
    var texts = [String](repeating: "", count: 20)
    var stream = try TextStream(model, request, count: 20, atOnce: atOnce)
    while let piece = stream.next() { texts[piece.row] += piece.text }
    #expect(texts == whole)
    for (number, text) in whole.enumerated() {
      var alone = request
      alone.number = UInt64(number)
      #expect(try model.generate(alone) == text)
    }
  }

  @Test(arguments: TokenizerCase.all)
  func textOfALengthBeginsThatOfEachGreaterLength(_ test: TokenizerCase) throws {
    let model = try LanguageModel(
      .init(cell: .gru, hiddenSize: 7, embeddingSize: 4), tokenizer: test.tokenizer(), seed: 2)
    let prompt = try #require(test.texts.first)
    for sampling in [Sampling.greedy, Sampling(temperature: 1.5)] {
      func bytes(_ length: Int) throws -> [UInt8] {
        let request = GenerationRequest(
          prompt: String(prompt.prefix(3)), length: length, sampling: sampling, seed: 3)
        return Array(try model.generate(request).utf8)
      }
      var before: [UInt8] = []
      for length in 0..<40 {
        let text = try bytes(length)
        #expect(text.starts(with: before))
        before = text
      }
      #expect(!before.isEmpty)
    }
  }

  @Test func textsMayReadMoreAndGoOn() throws {
    let model = try Variant.all[0].model()
    var generation = Generation(model)
    let row = try generation.add(
      GenerationRequest(prompt: "abc", length: 5, sampling: .greedy))
    let other = try generation.add(GenerationRequest(prompt: "jj", length: 50))
    var text = ""
    func write() {
      while generation.ending(of: row) == nil {
        for piece in generation.advance() where piece.row == row { text += piece.text }
      }
    }
    write()
    #expect(generation.ending(of: row) == .length && generation.ending(of: other) == nil)
    try generation.read("hij", row: row, length: 4)
    let first = text
    write()
    #expect(
      try first + model.generate(prompt: "abc" + first + "hij", length: 4, sampling: .greedy)
        == text)
    #expect(throws: ModelError.self) { try generation.read("a", row: row, length: -1) }
    #expect(throws: TextError.self) { try generation.read("ß", row: row) }
  }

  @Test func logitsAndStateAreThoseOfTheModel() throws {
    let model = try Variant.all[5].model()
    var generation = try Generation(
      model,
      ["abc", "d", String(repeating: "ghi", count: 200)].map {
        GenerationRequest(prompt: $0, length: 9)
      })
    let logits = generation.logits
    #expect(logits.shape == [3, 10])
    let tokens = try model.tokenizer.encode("abc")
    var state = model.initialState(batchSize: 1)
    let expected = model.logits(
      after: Indices(tokens, shape: [3, 1]), state: &state)
    #expect(logits.sliced(0..<1, axis: 0).elements == Array(expected.elements.suffix(10)))
    #expect(
      generation.state.hidden.map { $0.sliced(0..<1, axis: 0) } == state.hidden)
  }
}
