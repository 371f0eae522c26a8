import Testing
import UnrollText

struct VocabularyTests {
  @Test func canonicallyEquivalentEntriesAreTwo() throws {
    let vocabulary = try Vocabulary(entries: ["e\u{301}", "\u{E9}"])
    #expect(vocabulary.count == 2)
    #expect(vocabulary.token(for: "e\u{301}") == 0)
    #expect(vocabulary.token(for: "\u{E9}") == 1)
    let precomposed = try Vocabulary(entries: ["\u{E9}"])
    let decomposed = try Vocabulary(entries: ["e\u{301}"])
    #expect(precomposed != decomposed)
    #expect(precomposed.token(for: "e\u{301}") == nil)
  }

  @Test func tokenAndEntryAreInverse() throws {
    let entries = (0..<5000).map { "entry \($0)" } + ["a", "\0", "語"]
    let vocabulary = try Vocabulary(entries: entries, reserved: [.end, .unknown])
    for (index, entry) in entries.enumerated() {
      #expect(vocabulary.token(for: entry) == Token(index + 2))
      #expect(vocabulary.entry(for: Token(index + 2)) == entry)
    }
    #expect(vocabulary.entry(for: Token(vocabulary.count)) == nil)
    #expect(vocabulary.entry(for: -100) == nil)
  }

  @Test func reservedEntriesComeFirstInTheirOrderAndAreNoText() throws {
    let vocabulary = try Vocabulary(entries: ["end", "x"], reserved: [.end, .unknown, .end])
    #expect(vocabulary.reserved == [.unknown, .end])
    #expect(vocabulary.token(for: .unknown) == 0)
    #expect(vocabulary.token(for: .end) == 1)
    #expect(vocabulary.token(for: .padding) == nil)
    #expect(vocabulary.token(for: "end") == 2)
    #expect(vocabulary.entry(for: 1) == nil)
    #expect(try Vocabulary(entries: ["end", "x"]) != vocabulary)
  }

  @Test(arguments: [[], [""], ["a", "a"], ["a", ""]])
  func badEntriesAreRefused(entries: [String]) {
    #expect(throws: TextError.self) { try Vocabulary(entries: entries) }
  }
}
