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
      var alone = try Generation(model, prompt: "abc", seed: 7, numbers: number..<number + 1)
      let tokens = (0..<40).flatMap { _ in alone.next(sampling) }
      #expect(model.tokenizer.decode(tokens) == text)
    }
  }

  @Test func anEndedTextLeavesTheOthersAlone() throws {
    // The end comes about every seventh token.
    let model = try LanguageModel(
      logits: [0, 1, 1], tokenizer: Tokenizer("ab", reserved: [.end]))
    let texts = try model.generate(count: 20, prompt: "a", length: 30, seed: 2)
    #expect(Set(texts.map(\.count)).count > 5)
    for (number, text) in texts.enumerated() {
      var alone = try Generation(model, prompt: "a", seed: 2, numbers: number..<number + 1)
      let tokens = (0..<30).flatMap { _ in alone.next(Sampling()) }
      #expect(model.tokenizer.decode(tokens.prefix { $0 != 0 }) == text)
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
    var one = try Generation(model, prompt: "abc", seed: 4, numbers: 0..<2)
    _ = one.next(Sampling())
    var other = one
    let tokens = (0..<20).map { _ in one.next(Sampling()) }
    #expect((0..<20).map { _ in other.next(Sampling()) } == tokens)
  }

  @Test func aHalfCharacterIsNeverWritten() throws {
    let model = try LanguageModel(
      cyclingThrough: Tokenizer(
        TokenizerDescription(
          kind: .bytes, entries: ["a", "\u{E2}", "\u{82}", "\u{AC}", "b", "\u{C3}", "\u{A9}"])))
    var pieces: [String] = []
    try model.generate(prompt: "a", length: 13, sampling: .greedy) { pieces.append($0) }
    #expect(pieces == ["€", "b", "é", "a", "€", "b", "é"])
    // The end comes in the middle of a character.
    #expect(try model.generate(prompt: "a", length: 2, sampling: .greedy) == "\u{FFFD}")
  }

  @Test(arguments: [
    (nil, "bcdefabcde"), ("", "bcdefabcde"), ("d", "bc"), ("b", ""), ("cd", "b"), ("bcd", ""),
    ("fab", "bcde"), ("xyz", "bcdefabcde"), ("dez", "bcdefabcde"), ("efz", "bcdefabcde"),
    ("cdefabcde", "b"),
  ])
  func stopTextEndsTheTextAndIsNotPartOfIt(_ stop: String?, _ expected: String) throws {
    let model = try LanguageModel(cyclingThrough: Tokenizer("abcdef"))
    #expect(
      try model.generate(prompt: "a", length: 10, sampling: .greedy, stop: stop) == expected)
  }

  @Test func whatMayBecomeTheStopTextIsHeldBack() throws {
    let model = try LanguageModel(cyclingThrough: Tokenizer("abcdef"))
    func pieces(stop: String, length: Int) throws -> [String] {
      var pieces: [String] = []
      try model.generate(prompt: "a", length: length, sampling: .greedy, stop: stop) {
        pieces.append($0)
      }
      return pieces
    }
    #expect(try pieces(stop: "cdx", length: 5) == ["b", "cde", "f"])
    #expect(try pieces(stop: "cdx", length: 3) == ["b", "cd"])
    #expect(try pieces(stop: "de", length: 9) == ["b", "c"])
  }

  @Test func stopTextIsFoundWithinAndAcrossTokens() throws {
    // Tokens of several characters: the stop text begins in one and ends in the next.
    let words = try LanguageModel(
      cyclingThrough: Tokenizer(
        TokenizerDescription(kind: .words, entries: ["start", "aaab", "baab", "end"])))
    func text(_ stop: String) throws -> String {
      try words.generate(prompt: "start", length: 3, sampling: .greedy, stop: stop)
    }
    #expect(try text("aab") == "a")
    #expect(try text("bb") == "aaa")
    #expect(try text("baabe") == "aaab")
    #expect(try text("abba") == "aa")
    #expect(try text("aabe") == "aaabb")
    let bytes = try LanguageModel(
      cyclingThrough: Tokenizer(
        TokenizerDescription(kind: .bytes, entries: ["a", "b", "\u{C3}", "\u{A9}", "c"])))
    #expect(try bytes.generate(prompt: "a", length: 9, sampling: .greedy, stop: "é") == "b")
  }

  @Test(arguments: ReservedEntry.allCases.filter { $0 != .end })
  func reservedEntryIsNeverWritten(_ entry: ReservedEntry) throws {
    let tokenizer = try Tokenizer("ab", reserved: [entry])
    let model = try LanguageModel(logits: [50, 1, 2], tokenizer: tokenizer)
    for sampling in [.greedy, Sampling(), Sampling(topK: 1), Sampling(topP: 0.5)] {
      var generation = try Generation(model, prompt: "a", seed: 1, numbers: 0..<3)
      for _ in 0..<10 { #expect(!generation.next(sampling).contains(0)) }
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
}
