import Testing
import UnrollModels
import UnrollTensor
import UnrollText

/// How the next token is chosen.
struct SamplingTests {
  /// The likeliest is not the first, so that no order is taken for another.
  private static let probabilities: [Double] = [0.1, 0.4, 0.05, 0.3, 0.15]
  private static let characters = "abcde"

  private static func model() throws -> LanguageModel {
    try LanguageModel(
      logits: [-2.302_585_1, -0.916_290_73, -2.995_732_3, -1.203_972_8, -1.897_12],
      tokenizer: Tokenizer(characters))
  }

  @Test(arguments: [
    (Sampling(), "abcde"), (.greedy, "b"),
    (Sampling(topK: 1), "b"), (Sampling(topK: 2), "bd"), (Sampling(topK: 3), "bde"),
    (Sampling(topK: 99), "abcde"),
    (Sampling(topP: 0.01), "b"), (Sampling(topP: 0.5), "bd"), (Sampling(topP: 0.75), "bde"),
    (Sampling(topP: 0.9), "abde"), (Sampling(topP: 1), "abcde"),
    (Sampling(minP: 0), "abcde"), (Sampling(minP: 0.2), "abde"), (Sampling(minP: 0.3), "bde"),
    (Sampling(minP: 0.5), "bd"), (Sampling(minP: 1), "b"),
    // Of the three likeliest, 0.75 is less than the first two have together.
    (Sampling(topK: 3, topP: 0.75), "bd"),
    (Sampling(topP: 0.9, minP: 0.3), "bde"),
    // The entropy is 1.39: the surprises 1.20 of d, 1.90 of e, 0.92 of b are nearest to it.
    (Sampling(typicalP: 0.2), "d"), (Sampling(typicalP: 0.6), "bd"),
    (Sampling(typicalP: 0.8), "bde"), (Sampling(typicalP: 1), "abcde"),
    // After top-k, the entropy is that of b and d alone.
    (Sampling(topK: 2, typicalP: 0.1), "b"),
    (Sampling(bannedTokens: [1]), "acde"), (Sampling(topK: 2, bannedTokens: [1]), "de"),
    // The temperature comes first: at 0.5 probabilities are squared.
    (Sampling(temperature: 0.5, minP: 0.3), "bd"),
    (Sampling(temperature: 2, minP: 0.3), "abcde"),
  ])
  func choicesAreDrawnFromTheRightTokensInTheRightShares(
    _ sampling: Sampling, _ support: String
  ) throws {
    let draws = 10_000
    let text = try Self.model().generate(
      prompt: "a", length: draws, sampling: sampling, seed: 11)
    #expect(Set(text).sorted() == Array(support))
    let power = sampling.temperature > 0 ? 1 / Double(sampling.temperature) : 1
    var weights: [Character: Double] = [:]
    for (character, probability) in zip(Self.characters, Self.probabilities)
    where support.contains(character) {
      weights[character] = exponentiated(probability, power)
    }
    let total = weights.values.reduce(0, +)
    expectDrawn(
      weights.map { character, weight in (text.count { $0 == character }, weight / total) })
  }

  /// For the powers ½, 1 and 2.
  private func exponentiated(_ base: Double, _ power: Double) -> Double {
    power == 0.5 ? base.squareRoot() : power == 2 ? base * base : base
  }

  @Test func tokensAsLikelyAsEachOtherAreKeptInOrder() throws {
    let model = try LanguageModel(logits: [1, 1, 1, 1], tokenizer: Tokenizer("abcd"))
    let text = try model.generate(prompt: "a", length: 300, sampling: Sampling(topK: 2), seed: 1)
    #expect(Set(text) == ["a", "b"])
    #expect(try model.generate(prompt: "a", length: 3, sampling: .greedy) == "aaa")
  }

  @Test func repetitionPenaltyMakesWhatWasThereLessLikely() throws {
    func first(_ logits: [Float], _ prompt: String, penalty: Float) throws -> String {
      try LanguageModel(logits: logits, tokenizer: Tokenizer("abc")).generate(
        prompt: prompt, length: 1, sampling: Sampling(temperature: 0, repetitionPenalty: penalty))
    }
    #expect(try first([2, 1.5, 0], "a", penalty: 1) == "a")
    // 2 ÷ 1.2 is still more than 1.5, 2 ÷ 1.5 is not.
    #expect(try first([2, 1.5, 0], "a", penalty: 1.2) == "a")
    #expect(try first([2, 1.5, 0], "a", penalty: 1.5) == "b")
    #expect(try first([2, 1.5, 0], "aaaa", penalty: 1.2) == "a")
    #expect(try first([2, 1.5, 1], "ab", penalty: 3) == "c")
    // A negative logit is multiplied.
    #expect(try first([-1, -1.5, -9], "a", penalty: 2) == "b")
  }

  @Test func repetitionPenaltyKnowsTokensChosenWithoutIt() throws {
    let model = try LanguageModel(logits: [2, 1.9, 1.8], tokenizer: Tokenizer("abc"))
    var generation = Generation(model)
    let row = try generation.add(
      GenerationRequest(prompt: "c", length: 1, sampling: .greedy))
    #expect(generation.advance().map(\.text) == ["a"])
    let request = GenerationRequest(
      state: generation.state(of: row), length: 1,
      sampling: Sampling(temperature: 0, repetitionPenalty: 2))
    #expect(try model.generate(request) == "b")
  }

  @Test func repetitionPenaltyLooksBackAsFarAsItSays() throws {
    let model = try LanguageModel(logits: [2, 0.1, 1.5], tokenizer: Tokenizer("abc"))
    func first(bs count: Int) throws -> String {
      try model.generate(
        prompt: "a" + String(repeating: "b", count: count), length: 1,
        sampling: Sampling(temperature: 0, repetitionPenalty: 2))
    }
    #expect(try first(bs: Sampling.defaultPenaltyWindow - 1) == "c")
    #expect(try first(bs: Sampling.defaultPenaltyWindow) == "a")
    let narrow = Sampling(temperature: 0, repetitionPenalty: 2, penaltyWindow: 3)
    #expect(try model.generate(prompt: "abb", length: 1, sampling: narrow) == "c")
    #expect(try model.generate(prompt: "abbb", length: 1, sampling: narrow) == "a")
    let none = Sampling(temperature: 0, repetitionPenalty: 2, penaltyWindow: 0)
    #expect(try model.generate(prompt: "a", length: 1, sampling: none) == "a")
    let wide = Sampling(temperature: 0, repetitionPenalty: 2, penaltyWindow: .max)
    #expect(
      try model.generate(
        prompt: "a" + String(repeating: "b", count: 5000), length: 1, sampling: wide) == "c")
  }

  @Test func openAIsPenaltiesCountOccurrences() throws {
    func first(_ prompt: String, presence: Float = 0, frequency: Float = 0) throws -> String {
      let sampling = Sampling(
        temperature: 0, presencePenalty: presence, frequencyPenalty: frequency)
      return try LanguageModel(logits: [2, 1.5, 0], tokenizer: Tokenizer("abc")).generate(
        prompt: prompt, length: 1, sampling: sampling)
    }
    #expect(try first("aa", presence: 0.4) == "a")
    #expect(try first("a", presence: 0.6) == "b")
    #expect(try first("a", frequency: 0.4) == "a")
    #expect(try first("aa", frequency: 0.4) == "b")
    #expect(try first("aab", frequency: 0.4) == "a")
    #expect(try first("c", frequency: -3) == "c")
  }

  @Test func biasIsAdded() throws {
    let model = try LanguageModel(logits: [2, 1.5, 0], tokenizer: Tokenizer("abc"))
    func first(_ bias: [Token: Float]) throws -> String {
      try model.generate(
        prompt: "a", length: 1, sampling: Sampling(temperature: 0, bias: bias))
    }
    #expect(try first([1: 0.4]) == "a")
    #expect(try first([1: 0.6]) == "b")
    #expect(try first([0: -0.6, 2: 1]) == "b")
    // Before the penalty: 0 + 4 is halved, and more than 1.5.
    let both = Sampling(temperature: 0, repetitionPenalty: 2, bias: [2: 4])
    #expect(try model.generate(prompt: "ac", length: 1, sampling: both) == "c")
  }

  @Test(arguments: [
    (Sampling(temperature: -0.1), "temperature"), (Sampling(temperature: .nan), "temperature"),
    (Sampling(temperature: .infinity), "temperature"), (Sampling(topK: 0), "top-k"),
    (Sampling(topK: -3), "top-k"), (Sampling(topP: 0), "top-p"), (Sampling(topP: 1.01), "top-p"),
    (Sampling(topP: .nan), "top-p"), (Sampling(minP: -0.01), "min-p"),
    (Sampling(minP: 1.01), "min-p"), (Sampling(minP: .nan), "min-p"),
    (Sampling(repetitionPenalty: 0), "repetition penalty"),
    (Sampling(repetitionPenalty: -1), "repetition penalty"),
    (Sampling(repetitionPenalty: .infinity), "repetition penalty"),
    (Sampling(typicalP: 0), "typical"), (Sampling(typicalP: 1.1), "typical"),
    (Sampling(typicalP: .nan), "typical"), (Sampling(presencePenalty: .nan), "presence"),
    (Sampling(presencePenalty: .infinity), "presence"),
    (Sampling(frequencyPenalty: .nan), "frequency"), (Sampling(penaltyWindow: -1), "window"),
    (Sampling(bias: [0: .nan]), "bias"), (Sampling(bias: [0: -.infinity]), "bias"),
  ])
  func settingOutOfRangeIsRefused(_ sampling: Sampling, _ subject: String) throws {
    let model = try Self.model()
    let error = #expect(throws: ModelError.self) {
      try model.generate(prompt: "a", length: 1, sampling: sampling)
    }
    #expect(error?.code == .invalidSampling)
    #expect(error?.message.contains(subject) == true)
    var random = RandomStream(seed: 0, purpose: .sampling)
    #expect(throws: ModelError.self) {
      try sampling.choose(from: Tensor([1, 2], shape: [2]), using: &random)
    }
    #expect(throws: ModelError.self) {
      try sampling.probabilities(from: Tensor([1, 2], shape: [2]))
    }
    #expect(random.position == 0)
  }

  private static let kinds: [Sampling] = [
    .greedy, Sampling(), Sampling(topK: 2), Sampling(topP: 0.5), Sampling(minP: 0.1),
    Sampling(typicalP: 0.5), Sampling(repetitionPenalty: 1.5, presencePenalty: 1),
  ]

  /// A model whose training went wrong.
  @Test(arguments: kinds)
  func logitsThatAreNotNumbersAreNotChosen(_ sampling: Sampling) throws {
    for (logits, support) in [
      ([1, .nan, 2], "ac"), ([.infinity, 1, .infinity], "ac"), ([.nan, .nan, -50], "c"),
      ([-.infinity, 3, .nan], "b"),
    ] as [([Float], String)] {
      let model = try LanguageModel(logits: logits, tokenizer: Tokenizer("abc"))
      let text = try model.generate(prompt: "a", length: 50, sampling: sampling)
      #expect(text.count == 50 && Set(text).isSubset(of: Set(support)))
    }
  }

  @Test(arguments: kinds)
  func whereNothingIsLeftASentenceSaysSo(_ sampling: Sampling) throws {
    for (logits, banned) in [
      ([5, .nan, .nan, .nan], []), ([5, -.infinity, -.infinity, -.infinity], []),
      ([5, 1, .nan, 2], [1, 3]),
    ] as [([Float], Set<Token>)] {
      // The first is reserved, and never chosen.
      let model = try LanguageModel(
        logits: logits, tokenizer: Tokenizer("abc", reserved: [.padding]))
      var sampling = sampling
      sampling.bannedTokens = banned
      let request = GenerationRequest(prompt: "a", length: 5, sampling: sampling)
      let error = #expect(throws: ModelError.self) { try model.generate(request) }
      #expect(error?.message.hasPrefix("No token can be chosen: ") == true)
      var stream = try TextStream(model, request)
      let piece = stream.next()
      #expect(piece?.token == nil && piece?.logProbability == -.infinity)
      #expect(stream.next() == nil)
    }
  }

  @Test func extremeSettingsStayWithinTheVocabulary() throws {
    let model = try Self.model()
    for sampling in [
      Sampling(temperature: .leastNonzeroMagnitude), Sampling(temperature: 1e30),
      Sampling(repetitionPenalty: 1e30), Sampling(repetitionPenalty: 1e-30), Sampling(topK: .max),
      Sampling(topP: .leastNonzeroMagnitude), Sampling(typicalP: .leastNonzeroMagnitude),
      Sampling(presencePenalty: 1e38, frequencyPenalty: 1e38), Sampling(bias: [0: 3e38, 1: -3e38]),
    ] {
      #expect(try model.generate(prompt: "a", length: 50, sampling: sampling).count == 50)
    }
  }

  @Test func choosingElsewhereEqualsChoosingHere() throws {
    let model = try Variant.all[1].model()
    let sampling = Sampling(temperature: 0.8, topP: 0.9, presencePenalty: 0.5)
    let text = try model.generate(prompt: "abc", length: 30, sampling: sampling, seed: 3)
    var generation = try Generation(model, [GenerationRequest(prompt: "abc", length: 30)])
    var random = RandomStream(seed: 3, purpose: .sampling)
    var tokens = try model.tokenizer.encode("abc")
    var written = ""
    while generation.isWriting {
      let token = try sampling.choose(
        from: generation.logits.reshaped([-1]), recent: tokens, using: &random)
      tokens.append(token)
      written += try generation.take([token])[0].text
    }
    #expect(written == text)
  }

  @Test(arguments: [[-1], [10], [1, 2], []] as [[Token]])
  func tokensThatCannotBeTakenAreRefused(_ tokens: [Token]) throws {
    var generation = try Generation(
      Variant.all[0].model(), [GenerationRequest(prompt: "abc", length: 3)])
    #expect(throws: ModelError.self) { try generation.take(tokens) }
  }
}

/// Expects counts to be those of draws with some probabilities: a chi-square test at about five standard deviations.
func expectDrawn(
  _ counts: [(count: Int, probability: Double)], sourceLocation: SourceLocation = #_sourceLocation
) {
  let draws = Double(counts.reduce(0) { $0 + $1.count })
  var statistic = 0.0
  for (count, probability) in counts where probability > 0 {
    let expected = draws * probability
    statistic += (Double(count) - expected) * (Double(count) - expected) / expected
  }
  let freedom = Double(counts.count { $0.probability > 0 } - 1)
  #expect(
    counts.allSatisfy { $0.probability > 0 || $0.count == 0 }, sourceLocation: sourceLocation)
  #expect(
    statistic <= freedom + 5 * (2 * freedom).squareRoot() + 8, sourceLocation: sourceLocation)
}
