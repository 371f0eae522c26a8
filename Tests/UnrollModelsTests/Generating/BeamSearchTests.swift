import Testing
import UnrollModels
import UnrollText

/// Looking for the likeliest text.
struct BeamSearchTests {
  /// All texts of at most some tokens, with or without an end, by their score.
  private func allTexts(
    of model: LanguageModel, prompt: String, length: Int, penalty: Double
  ) throws -> [(tokens: [Token], score: Double)] {
    let vocabulary = model.tokenizer.vocabulary
    let end = vocabulary.token(for: .end)
    let pieces = (0..<Token(vocabulary.count)).filter { vocabulary.entry(for: $0) != nil }
    var open: [[Token]] = [[]]
    var found: [[Token]] = []
    for _ in 0..<length {
      if let end { found += open.map { $0 + [end] } }
      open = open.flatMap { text in pieces.map { text + [$0] } }
    }
    let before = try [end].compactMap { $0 } + model.tokenizer.encode(prompt)
    return try (found + open).map { tokens in
      let scores = try model.logProbabilities(of: tokens, after: before)
      let total = scores.reduce(0) { $0 + Double($1.logProbability ?? 0) }
      return (tokens, penalty == 0 ? total : total / Double(tokens.count))
    }.sorted { $0.score > $1.score }
  }

  @Test(arguments: Variant.all, [0, 1] as [Double])
  func aWideSearchFindsTheBestOfAll(_ variant: Variant, penalty: Double) throws {
    for reserved in [[], [ReservedEntry.end]] {
      let model = try variant.model(Tokenizer("abc", reserved: reserved), seed: 8)
      let all = try allTexts(of: model, prompt: "ab", length: 4, penalty: penalty)
      let found = try BeamSearch(width: 81, lengthPenalty: penalty).texts(
        of: model, GenerationRequest(prompt: "ab", length: 4))
      #expect(found.count == 81)
      for (text, expected) in zip(found, all).prefix(20) {
        #expect(text.tokens == expected.tokens)
        let score = penalty == 0 ? text.logProbability : text.meanLogProbability
        #expect(abs(score - expected.score) < 1e-6)
      }
    }
  }

  @Test(arguments: Variant.all)
  func aSearchOfWidthOneIsGreedy(_ variant: Variant) throws {
    let model = try variant.model()
    let found = try BeamSearch(width: 1).texts(
      of: model, GenerationRequest(prompt: "abc", length: 30))
    #expect(found.map(\.text) == [try model.generate(prompt: "abc", length: 30, sampling: .greedy)])
    #expect(found[0].ending == .length)
  }

  /// Greedily, "a" comes first, and then nothing likely.
  @Test func aTextThatBeginsWorseMayBeBest() throws {
    let model = try Variant.all[0].model(Tokenizer("abcd"), seed: 21)
    let request = GenerationRequest(prompt: "d", length: 6)
    var better = 0
    for prompt in ["a", "b", "c", "d", "ab", "cd", "dc", "ba", "abcd", "dd"] {
      var request = request
      request.prompt = .text(prompt)
      let narrow = try BeamSearch(width: 1).texts(of: model, request)[0]
      let wide = try BeamSearch(width: 200).texts(of: model, request)[0]
      #expect(wide.logProbability >= narrow.logProbability)
      if wide.logProbability > narrow.logProbability { better += 1 }
    }
    #expect(better > 0)
  }

  @Test func lengthPenaltyFavoursLongTexts() throws {
    // The end has 40 %, each of the others 30 %: the mean grows worse with each token, the sum more so.
    let model = try LanguageModel(
      logits: [-0.916_29, -1.203_97, -1.203_97], tokenizer: Tokenizer("ab", reserved: [.end]))
    func best(_ penalty: Double) throws -> ScoredText {
      try BeamSearch(width: 8, lengthPenalty: penalty).texts(
        of: model, GenerationRequest(length: 5))[0]
    }
    #expect(try best(0).tokens == [0])
    #expect(try best(1).tokens == [0])
    #expect(try best(2).tokens.count == 5)
    #expect(try best(1.5).meanLogProbability < best(0).meanLogProbability)
  }

  @Test func constraintsStopTextsAndBansHoldInASearch() throws {
    let model = try Variant.all[5].model(Tokenizer("abcd"))
    let constraint = try TextConstraint(
      pattern: "[abc]{4,8}d", banned: ["aa"], for: model.tokenizer)
    for text in try BeamSearch(width: 20).texts(
      of: model, GenerationRequest(prompt: "a", length: 9, constraint: constraint))
    {
      #expect(try Regex("[abc]{4,8}d").wholeMatch(in: text.text) != nil)
      #expect(!text.text.contains("aa") && text.ending == .complete)
    }
    for text in try BeamSearch(width: 20).texts(
      of: model,
      GenerationRequest(
        prompt: "a", length: 6, sampling: Sampling(bannedTokens: [3]), stop: ["bc", "c"]))
    {
      #expect(!text.text.contains("c") && !text.text.contains("d"))
      #expect(
        text.ending == .stopText("c") || text.ending == .stopText("bc") || text.ending == .length)
    }
  }

  @Test(arguments: [
    (BeamSearch(width: 0), Sampling(), "width"), (BeamSearch(width: -1), Sampling(), "width"),
    (BeamSearch(width: 2, lengthPenalty: .nan), Sampling(), "length penalty"),
    (BeamSearch(width: 2), Sampling(topK: 2), "draws nothing"),
    (BeamSearch(width: 2), Sampling(temperature: 0.5), "draws nothing"),
    (BeamSearch(width: 2), Sampling(typicalP: 0.5), "draws nothing"),
  ])
  func searchOutOfRangeIsRefused(_ search: BeamSearch, _ sampling: Sampling, _ subject: String)
    throws
  {
    let model = try Variant.all[0].model()
    let error = #expect(throws: ModelError.self) {
      try search.texts(of: model, GenerationRequest(prompt: "a", length: 3, sampling: sampling))
    }
    #expect(error?.code == .invalidSampling)
    #expect(error?.message.contains(subject) == true)
  }

  @Test func theBestOfSeveralDrawsIsTheLikeliest() throws {
    let model = try Variant.all[2].model(Tokenizer("abcd", reserved: [.end]))
    let request = GenerationRequest(prompt: "a", length: 12, seed: 3, number: 5)
    let texts = try (5..<25 as Range<UInt64>).map { number in
      var request = request
      request.number = number
      return try model.generate(request, bestOf: 1)
    }
    let best = try model.generate(request, bestOf: 20)
    #expect(texts.contains(best))
    #expect(best.meanLogProbability == texts.map(\.meanLogProbability).max())
    #expect(Set(texts.map(\.meanLogProbability)).count > 10)
  }
}
