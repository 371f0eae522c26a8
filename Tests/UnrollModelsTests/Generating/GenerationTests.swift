import Testing
import UnrollModels
import UnrollTensor
import UnrollText

/// Texts that a model writes.
struct GenerationTests {
  @Test(arguments: Variant.all, [3, 256, 257, 600])
  func greedyTakesTheLikeliestTokenEachTime(_ variant: Variant, promptLength: Int) throws {
    let model = try variant.model()
    let prompt = String(String(repeating: "abcdefghijhgfedcb", count: 40).prefix(promptLength))
    var text = prompt
    for _ in 0..<12 {
      // From the beginning each time, without a carried state.
      let tokens = try model.tokenizer.encode(text)
      var state = model.initialState(batchSize: 1)
      let logits = model.logits(
        after: Indices(tokens, shape: [tokens.count, 1]), state: &state
      ).elements.suffix(10)
      let likeliest = try #require(zip(0..., logits).max { $0.1 < $1.1 }).0
      text += model.tokenizer.decode([Token(likeliest)])
    }
    #expect(try prompt + model.generate(prompt: prompt, length: 12, sampling: .greedy) == text)
  }

  @Test(arguments: Variant.all)
  func sameSeedGivesTheSameText(_ variant: Variant) throws {
    let model = try variant.model()
    func text(_ seed: UInt64) throws -> String {
      try model.generate(prompt: "a", length: 60, seed: seed)
    }
    #expect(try text(1) == text(1))
    #expect(try text(1) != text(2))
    #expect(try text(1).count == 60)
  }

  @Test(arguments: Variant.all)
  func eachOfSeveralTextsIsWhatItIsAlone(_ variant: Variant) throws {
    let model = try variant.model()
    let sampling = Sampling(temperature: 0.9, topP: 0.95, repetitionPenalty: 1.2)
    let texts = try model.generate(
      count: 5, prompt: "abc", length: 40, sampling: sampling, seed: 7)
    #expect(Set(texts).count == 5)
    #expect(
      try model.generate(prompt: "abc", length: 40, sampling: sampling, seed: 7) == texts[0])
    for (number, text) in texts.enumerated() {
      let request = GenerationRequest(
        prompt: "abc", length: 40, sampling: sampling, seed: 7, number: UInt64(number))
      #expect(try model.generate(request) == text)
    }
  }

  @Test func anEndedTextLeavesTheOthersAlone() throws {
    // The end comes about every seventh token.
    let model = try LanguageModel(
      logits: [0, 1, 1], tokenizer: Tokenizer("ab", reserved: [.end]))
    let texts = try model.generate(count: 20, prompt: "a", length: 30, seed: 2)
    #expect(Set(texts.map(\.count)).count > 5)
    for (number, text) in texts.enumerated() {
      let request = GenerationRequest(
        prompt: "a", length: 30, seed: 2, number: UInt64(number))
      #expect(try model.generate(request) == text)
    }
  }

  /// Farther than the repetition penalty looks back.
  @Test(arguments: Variant.all, [1, 1.5])
  func goingOnEqualsWritingAtOnce(_ variant: Variant, repetitionPenalty: Float) throws {
    let model = try variant.model()
    let sampling = Sampling(temperature: 0, repetitionPenalty: repetitionPenalty)
    let whole = try model.generate(prompt: "a", length: 220, sampling: sampling)
    for length in [1, 63, 64, 150] {
      let first = try model.generate(prompt: "a", length: length, sampling: sampling)
      let second = try model.generate(
        prompt: "a" + first, length: 220 - length, sampling: sampling)
      #expect(first + second == whole)
    }
  }

  @Test func aCopyIsABranch() throws {
    let model = try Variant.all[0].model()
    var one = try Generation(
      model, (0..<2).map { GenerationRequest(prompt: "abc", length: 99, seed: 4, number: $0) })
    _ = one.advance()
    var other = one
    let pieces = (0..<20).map { _ in one.advance() }
    #expect((0..<20).map { _ in other.advance() } == pieces)
  }

  @Test func aHalfCharacterIsNeverWritten() throws {
    let model = try LanguageModel(
      cyclingThrough: Tokenizer(
        TokenizerDescription(
          kind: .bytes, entries: ["a", "\u{E2}", "\u{82}", "\u{AC}", "b", "\u{C3}", "\u{A9}"])))
    var pieces: [String] = []
    try model.generate(prompt: "a", length: 13, sampling: .greedy) { pieces.append($0) }
    #expect(pieces == ["€", "b", "é", "a", "€", "b", "é"])
    // The length ends in the middle of a character, which might still become one.
    #expect(try model.generate(prompt: "a", length: 2, sampling: .greedy) == "")
  }

  @Test(arguments: [
    ([], "bcdefabcde"), (["d"], "bc"), (["b"], ""), (["cd"], "b"), (["bcd"], ""),
    (["fab"], "bcde"), (["xyz"], "bcdefabcde"), (["dez"], "bcdefabcde"), (["efz"], "bcdefabcde"),
    (["cdefabcde"], "b"),
    // Of several, the one that is complete first; of those that end together, the longest.
    (["f", "de"], "bc"), (["de", "cdefa"], "bc"), (["e", "de", "cde"], "b"), (["xy", "de"], "bc"),
    (["cdefz", "f"], "bcde"), (["abz", "fab"], "bcde"),
  ])
  func stopTextEndsTheTextAndIsNotPartOfIt(_ stop: [String], _ expected: String) throws {
    let model = try LanguageModel(cyclingThrough: Tokenizer("abcdef"))
    #expect(
      try model.generate(prompt: "a", length: 10, sampling: .greedy, stop: stop) == expected)
  }

  @Test func whatMayBecomeTheStopTextIsHeldBack() throws {
    let model = try LanguageModel(cyclingThrough: Tokenizer("abcdef"))
    func pieces(stop: String..., length: Int) throws -> [String] {
      var pieces: [String] = []
      try model.generate(prompt: "a", length: length, sampling: .greedy, stop: stop) {
        pieces.append($0)
      }
      return pieces
    }
    #expect(try pieces(stop: "cdx", length: 5) == ["b", "cde", "f"])
    #expect(try pieces(stop: "cdx", length: 3) == ["b", "cd"])
    #expect(try pieces(stop: "de", length: 9) == ["b", "c"])
    #expect(try pieces(stop: "cdx", "dey", length: 5) == ["b", "c", "def"])
  }

  @Test func stopTextIsFoundWithinAndAcrossTokens() throws {
    // Tokens of several characters: the stop text begins in one and ends in the next.
    let words = try LanguageModel(
      cyclingThrough: Tokenizer(
        TokenizerDescription(kind: .words, entries: ["start", "aaab", "baab", "end"])))
    func text(_ stop: String) throws -> String {
      try words.generate(prompt: "start", length: 3, sampling: .greedy, stop: [stop])
    }
    #expect(try text("aab") == "a")
    #expect(try text("bb") == "aaa")
    #expect(try text("baabe") == "aaab")
    #expect(try text("abba") == "aa")
    #expect(try text("aabe") == "aaabb")
    let bytes = try LanguageModel(
      cyclingThrough: Tokenizer(
        TokenizerDescription(kind: .bytes, entries: ["a", "b", "\u{C3}", "\u{A9}", "c"])))
    #expect(try bytes.generate(prompt: "a", length: 9, sampling: .greedy, stop: ["é"]) == "b")
  }

  @Test(arguments: ReservedEntry.allCases.filter { $0 != .end })
  func reservedEntryIsNeverWritten(_ entry: ReservedEntry) throws {
    let tokenizer = try Tokenizer("ab", reserved: [entry])
    let model = try LanguageModel(logits: [50, 1, 2], tokenizer: tokenizer)
    for sampling in [.greedy, Sampling(), Sampling(topK: 1), Sampling(topP: 0.5)] {
      let requests = (0..<3).map {
        GenerationRequest(prompt: "a", length: 10, sampling: sampling, seed: 1, number: $0)
      }
      var generation = try Generation(model, requests)
      while generation.isWriting { #expect(!generation.advance().contains { $0.token == 0 }) }
    }
    #expect(try model.generate(prompt: "a", length: 5, sampling: .greedy) == "bbbbb")
  }

  @Test func theEndOfTextEndsTheText() throws {
    let model = try LanguageModel(
      logits: [50, 1, 2], tokenizer: Tokenizer("ab", reserved: [.end]))
    #expect(try model.generate(prompt: "a", length: 5) == "")
  }

  @Test func unknownCharacterOfThePromptIsNamed() throws {
    let model = try LanguageModel(cyclingThrough: Tokenizer("abc"))
    let error = #expect(throws: TextError.self) { try model.generate(prompt: "aßc", length: 3) }
    #expect(error?.code == .unknownEntry)
    #expect(error?.message.contains("ß") == true)
    #expect(error?.message.contains("U+00DF") == true)
  }

  @Test(arguments: TokenizerKind.allCases)
  func emptyPromptIsRefused(_ kind: TokenizerKind) throws {
    let tokenizer = try Tokenizer(
      learning: .init(kind: kind, vocabularySize: kind == .bpe ? 260 : nil), from: "abc abc")
    let model = try LanguageModel(
      .init(cell: .gru, hiddenSize: 2), tokenizer: tokenizer, seed: 0)
    let error = #expect(throws: TextError.self) { try model.generate(prompt: "", length: 3) }
    #expect(error?.code == .tooSmall)
    #expect(error?.message.contains("give some text") == true)
  }

  @Test func whatWritingThrowsComesOut() throws {
    struct Full: Error {}
    let model = try LanguageModel(cyclingThrough: Tokenizer("abc"))
    var written = ""
    #expect(throws: Full.self) {
      try model.generate(prompt: "a", length: 9, sampling: .greedy) {
        written += $0
        if written.count == 3 { throw Full() }
      }
    }
    #expect(written == "bca")
  }

  @Test func nothingIsWrittenForALengthOfZero() throws {
    let model = try LanguageModel(cyclingThrough: Tokenizer("abc"))
    #expect(try model.generate(prompt: "a", length: 0) == "")
  }

  @Test(arguments: [-1, -5, .min])
  func negativeLengthIsRefused(_ length: Int) throws {
    let model = try LanguageModel(cyclingThrough: Tokenizer("abc"))
    let error = #expect(throws: ModelError.self) {
      try model.generate(prompt: "a", length: length)
    }
    #expect(error?.code == .invalidSampling)
    #expect(error?.message == "The length is 0 or more tokens, not \(length)")
  }

  @Test(arguments: [0, -1])
  func noTextAtAllIsRefused(_ count: Int) throws {
    let model = try LanguageModel(cyclingThrough: Tokenizer("abc"))
    for work in [
      { _ = try model.generate(count: count, prompt: "a", length: 3) },
      { _ = try model.generate(GenerationRequest(prompt: "a", length: 3), bestOf: count) },
    ] {
      let error = #expect(throws: ModelError.self) { try work() }
      #expect(error?.message == "The number of texts is 1 or more, not \(count)")
    }
  }

  @Test(arguments: [
    (GenerationRequest(prompt: "a", length: 3, stop: [""]), "stop text"),
    (GenerationRequest(prompt: "a", length: 3, stop: ["b", ""]), "stop text"),
    (GenerationRequest(prompt: "a", length: 3, likeliestCount: -1), "likeliest"),
    (GenerationRequest(prompt: "a", length: 3, sampling: .init(bias: [3: 1])), "token 3"),
    (GenerationRequest(prompt: "a", length: 3, sampling: .init(bannedTokens: [-1])), "token -1"),
    (
      GenerationRequest(prompt: "a", length: 3, sampling: .init(bannedTokens: [0, 1, 2])), "banned"
    ),
  ])
  func requestOutOfRangeIsRefused(_ request: GenerationRequest, _ subject: String) throws {
    let model = try LanguageModel(cyclingThrough: Tokenizer("abc"))
    var generation = Generation(model)
    let error = #expect(throws: ModelError.self) { try generation.add(request) }
    #expect(error?.code == .invalidSampling)
    #expect(error?.message.contains(subject) == true)
    #expect(generation.rows == [])
  }

  @Test func promptOfTokensIsChecked() throws {
    let model = try LanguageModel(cyclingThrough: Tokenizer("abc"))
    var request = GenerationRequest(length: 2, sampling: .greedy)
    request.prompt = .tokens([1])
    #expect(try model.generate(request) == "ca")
    request.prompt = .tokens([1, 7])
    #expect(throws: ModelError.self) { try model.generate(request) }
    request.prompt = .tokens([])
    #expect(throws: TextError.self) { try model.generate(request) }
  }
}
