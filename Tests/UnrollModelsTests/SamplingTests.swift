import Testing
import UnrollModels
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
    // The temperature comes first: at 0.5 probabilities are squared.
    (Sampling(temperature: 0.5, minP: 0.3), "bd"),
    (Sampling(temperature: 2, minP: 0.3), "abcde"),
  ])
  func choicesAreDrawnFromTheRightTokensInTheRightShares(
    _ sampling: Sampling, _ support: String
  ) throws {
    let draws = 4000
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
    for (character, weight) in weights {
      let share = weight / total
      let count = Double(text.count { $0 == character })
      // Five standard deviations of a binomial count.
      let deviation = (Double(draws) * share * (1 - share)).squareRoot()
      #expect(abs(count - share * Double(draws)) <= 5 * deviation, "\(character)")
    }
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
    var generation = try Generation(model, prompt: "c", seed: 0, numbers: 0..<1)
    #expect(generation.next(.greedy) == [0])
    #expect(generation.next(Sampling(temperature: 0, repetitionPenalty: 2)) == [1])
  }

  @Test func repetitionPenaltyLooksBackAsFarAsItSays() throws {
    let model = try LanguageModel(logits: [2, 0.1, 1.5], tokenizer: Tokenizer("abc"))
    func first(bs count: Int) throws -> String {
      try model.generate(
        prompt: "a" + String(repeating: "b", count: count), length: 1,
        sampling: Sampling(temperature: 0, repetitionPenalty: 2))
    }
    #expect(try first(bs: Sampling.repetitionWindow - 1) == "c")
    #expect(try first(bs: Sampling.repetitionWindow) == "a")
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
  ])
  func settingOutOfRangeIsRefused(_ sampling: Sampling, _ subject: String) throws {
    let model = try Self.model()
    let error = #expect(throws: ModelError.self) {
      try model.generate(prompt: "a", length: 1, sampling: sampling)
    }
    #expect(error?.code == .invalidSampling)
    #expect(error?.message.contains(subject) == true)
  }

  /// A model whose training went wrong still ends its text.
  @Test(arguments: [
    Sampling.greedy, Sampling(), Sampling(topK: 2), Sampling(topP: 0.5), Sampling(minP: 0.1),
  ])
  func logitsThatAreNotNumbersGiveSomeText(_ sampling: Sampling) throws {
    for logits: [Float] in [[.nan, .nan, .nan], [1, .nan, 2], [.infinity, 1, .infinity]] {
      let model = try LanguageModel(logits: logits, tokenizer: Tokenizer("abc"))
      #expect(try model.generate(prompt: "a", length: 5, sampling: sampling).count == 5)
    }
  }

  @Test func extremeSettingsStayWithinTheVocabulary() throws {
    let model = try Self.model()
    for sampling in [
      Sampling(temperature: .leastNonzeroMagnitude), Sampling(temperature: 1e30),
      Sampling(repetitionPenalty: 1e30), Sampling(repetitionPenalty: 1e-30), Sampling(topK: .max),
      Sampling(topP: .leastNonzeroMagnitude),
    ] {
      #expect(try model.generate(prompt: "a", length: 50, sampling: sampling).count == 50)
    }
  }
}
