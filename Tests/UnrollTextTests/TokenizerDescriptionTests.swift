import Testing
import UnrollText

struct TokenizerDescriptionTests {
  @Test func restoringADescriptionGivesTheSameTokenizer() throws {
    let settings = TokenizerSettings(unknown: .token, reserved: [.end])
    let tokenizer = try Tokenizer(learning: settings, from: "e\u{301}\u{E9}🇩🇪\r\n")
    let restored = try Tokenizer(tokenizer.description)
    #expect(restored == tokenizer)
    #expect(restored.hashValue == tokenizer.hashValue)
    #expect(try Tokenizer(from: "e\u{301}") != Tokenizer(from: "\u{E9}"))
  }

  @Test(arguments: [
    TokenizerDescription(kind: "letters", entries: ["a"]),
    TokenizerDescription(kind: "characters", entries: []),
    TokenizerDescription(kind: "characters", entries: ["a", "a"]),
    TokenizerDescription(kind: "characters", entries: ["a"], reserved: ["start"]),
    TokenizerDescription(kind: "characters", entries: ["a"], unknown: "ignore"),
    TokenizerDescription(kind: "characters", entries: ["a"], unknown: "token"),
    TokenizerDescription(kind: "characters", entries: ["a"], normalization: "NFC"),
    TokenizerDescription(kind: "characters", entries: ["a", "b"], merges: ["a b"]),
    TokenizerDescription(kind: "bytes", entries: ["ab"]),
    TokenizerDescription(kind: "bytes", entries: ["\u{100}"]),
    TokenizerDescription(kind: "bpe", entries: ["a", "b"]),
  ])
  func contradictionsAreRefused(description: TokenizerDescription) {
    let error = #expect(throws: TextError.self) { try Tokenizer(description) }
    #expect(error?.code == .invalidDescription)
  }

  @Test(arguments: ["x", "x y z", "x  y", " xy", "x \u{301}", "xy z"])
  func mergesOfWhatIsNoEntryAreRefused(merge: String) throws {
    let settings = TokenizerSettings(kind: .bpe, vocabularySize: 257)
    var description = try Tokenizer(learning: settings, from: "xyxy").description
    #expect(description.merges == ["x y"])
    description.merges.append(merge)
    let error = #expect(throws: TextError.self) { try Tokenizer(description) }
    #expect(error?.message.hasPrefix("merge 1 ") == true)
  }

  @Test func bytePairEntriesOutsideTheAlphabetAreRefused() throws {
    let settings = TokenizerSettings(kind: .bpe, vocabularySize: 257)
    var description = try Tokenizer(learning: settings, from: "xyxy").description
    description.entries.append("中")
    #expect(throws: TextError.self) { try Tokenizer(description) }
  }
}
