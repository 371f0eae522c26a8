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
  ])
  func contradictionsAreRefused(description: TokenizerDescription) {
    let error = #expect(throws: TextError.self) { try Tokenizer(description) }
    #expect(error?.code == .invalidDescription)
  }
}
