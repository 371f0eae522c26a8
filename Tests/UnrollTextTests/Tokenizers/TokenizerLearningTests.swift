import Testing
import UnrollTestSupport
import UnrollText

struct TokenizerLearningTests {
  @Test func theMostFrequentPiecesAreKept() throws {
    let settings = TokenizerSettings(vocabularySize: 4, unknown: .token, reserved: [.end])
    let tokenizer = try Tokenizer(learning: settings, from: "zzzyyxxw")
    #expect(tokenizer.vocabulary.entries == ["x", "z"])
    #expect(tokenizer.vocabulary.count == 4)
    #expect(try tokenizer.encode("zyx") == [3, 0, 2])
  }

  @Test func rarePiecesAreLeftOut() throws {
    let settings = TokenizerSettings(kind: .words, minimumCount: 2, unknown: .skip)
    let tokenizer = try Tokenizer(learning: settings, from: "a b a c")
    #expect(tokenizer.vocabulary.entries == [" ", "a"])
    #expect(tokenizer.decode(try tokenizer.encode("a b a")) == "a  a")
  }

  @Test(arguments: [
    TokenizerSettings(minimumCount: 2), TokenizerSettings(vocabularySize: 2),
    TokenizerSettings(vocabularySize: 0, unknown: .skip),
    TokenizerSettings(vocabularySize: -5, unknown: .token),
    TokenizerSettings(minimumCount: 10, unknown: .skip),
    TokenizerSettings(kind: .bpe, vocabularySize: 255),
    TokenizerSettings(kind: .bpe, vocabularySize: 256, reserved: [.end]),
  ])
  func settingsThatContradictTheTextAreRefused(settings: TokenizerSettings) {
    let error = #expect(throws: TextError.self) { try Tokenizer(learning: settings, from: "aabbc") }
    #expect(error?.code == .invalidDescription)
  }

  @Test func lowerCaseAndNormalizationComeFirst() throws {
    let settings = TokenizerSettings(normalization: .nfc, lowercase: true)
    let tokenizer = try Tokenizer(learning: settings, from: "E\u{301}A")
    #expect(tokenizer.vocabulary.count == 2)
    #expect(tokenizer.decode(try tokenizer.encode("a\u{E9}e\u{301}")).isIdentical(to: "aéé"))
    let compatible = TokenizerSettings(normalization: .nfkc)
    #expect(try Tokenizer(learning: compatible, from: "ﬁ").vocabulary.entries == ["f", "i"])
    #expect(try Tokenizer(tokenizer.description) == tokenizer)
  }

  @Test func severalTextsAreLearntTogether() throws {
    let tokenizer = try Tokenizer(learning: TokenizerSettings(), from: ["ab", "", "bc"])
    #expect(tokenizer.vocabulary.entries == ["a", "b", "c"])
  }

  @Test func bytePairsKnowEveryText() throws {
    let settings = TokenizerSettings(kind: .bpe, vocabularySize: 256)
    let tokenizer = try Tokenizer(learning: settings, from: "a")
    #expect(tokenizer.vocabulary.count == 256)
    #expect(tokenizer.decode(try tokenizer.encode("häß😀\0")) == "häß😀\0")
  }

  @Test func aLongRunOfLettersIsLearntAndEncodedInTime() throws {
    var generator = SeededGenerator(seed: 1)
    let letters = String(
      decoding: (0..<50_000).map { _ in
        UInt8.random(in: 0x61...0x7A, using: &generator)
      }, as: UTF8.self)
    let settings = TokenizerSettings(kind: .bpe, vocabularySize: 600)
    let tokenizer = try Tokenizer(learning: settings, from: letters)
    #expect(tokenizer.vocabulary.count == 600)
    let tokens = try tokenizer.encode(letters)
    #expect(tokens.count < 50_000)
    #expect(tokenizer.decode(tokens) == letters)
  }
}
