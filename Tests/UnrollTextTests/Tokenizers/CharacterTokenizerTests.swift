import Testing
import UnrollTestSupport
import UnrollText

struct CharacterTokenizerTests {
  @Test func tutorialSentencesHaveSeventeenCharacters() throws {
    let tokenizer = try Tokenizer(from: "hey how are you" + "good i am fine" + "have a nice day")
    #expect(tokenizer.vocabulary.entries.joined() == " acdefghimnoruvwy")
    #expect(try tokenizer.encode("hey") == [7, 4, 16])
  }

  @Test(arguments: Texts.difficult)
  func tokensAreSwiftCharacters(text: String) throws {
    let tokenizer = try Tokenizer(from: text)
    let tokens = try tokenizer.encode(text)
    #expect(tokens.count == text.count)
    #expect(tokenizer.decode(tokens).isIdentical(to: text))
    for (token, character) in zip(tokens, text) {
      #expect(tokenizer.vocabulary.entry(for: token)?.isIdentical(to: String(character)) == true)
    }
  }

  @Test(arguments: 0..<50)
  func randomTextIsCutAsSwiftCutsIt(seed: Int) throws {
    var generator = SeededGenerator(seed: UInt64(seed))
    let text = Texts.random(count: 500, using: &generator)
    let tokenizer = try Tokenizer(from: text)
    let tokens = try tokenizer.encode(text)
    let expected = text.map { tokenizer.vocabulary.token(for: String($0)) }
    #expect(tokens == expected)
    #expect(tokenizer.decode(tokens).isIdentical(to: text))
  }

  @Test func aLineEndOfTwoScalarsIsOneToken() throws {
    let tokenizer = try Tokenizer(from: "a\r\nb\nc\r")
    #expect(tokenizer.vocabulary.entries.map(\.unicodeScalars.count) == [1, 1, 2, 1, 1, 1])
    #expect(try tokenizer.encode("\r\n\r\n").count == 2)
  }

  @Test func unknownCharacterIsNamedWithItsPlace() throws {
    let tokenizer = try Tokenizer(from: "abc\n")
    let error = #expect(throws: TextError.self) { try tokenizer.encode("abc\nab🇩🇪") }
    #expect(error?.code == .unknownEntry)
    #expect(
      error?.message
        == "the character \"🇩🇪\" (U+1F1E9 U+1F1EA) at line 2, column 3 of the text is not in the "
        + "vocabulary of 4 entries: take it out, or train on text that has it")
  }

  @Test func placesCountEveryLineEndAndLongNamesAreCut() throws {
    let tokenizer = try Tokenizer(from: "ab\r\n\n\r")
    let zalgo = "b" + String(repeating: "\u{301}", count: 5000)
    let error = #expect(throws: TextError.self) { try tokenizer.encode("a\r\n\nb\rab" + zalgo) }
    #expect(error?.message.contains("U+0301…) at line 4, column 3 of the text") == true)
    #expect(error.map { $0.message.utf8.count < 500 } == true)
  }

  @Test func unknownPoliciesSkipOrMark() throws {
    let strict = try Tokenizer(from: "ab")
    #expect(try strict.encode("axb", unknown: .skip) == [0, 1])
    #expect(throws: TextError.self) { try strict.encode("axb", unknown: .token) }
    let marking = try Tokenizer(learning: TokenizerSettings(unknown: .token), from: "ab")
    #expect(marking.vocabulary.reserved == [.unknown])
    #expect(try marking.encode("axb") == [1, 0, 2])
    #expect(marking.decode([1, 0, 2]) == "a\u{FFFD}b")
    #expect(throws: TextError.self) { try marking.encode("axb", unknown: .error) }
  }

  @Test func otherReservedEntriesDecodeToNothing() throws {
    let settings = TokenizerSettings(reserved: [.beginning, .end, .padding])
    let tokenizer = try Tokenizer(learning: settings, from: "ab")
    #expect(tokenizer.decode([1, 3, 4, 2, 0]) == "ab")
  }

  @Test func emptyTextTeachesNothing() {
    let error = #expect(throws: TextError.self) { try Tokenizer(from: "") }
    #expect(error?.code == .missingInput)
  }

  @Test func aLongTextTakesFourBytesForEachTokenAndKnowsItsPlaces() throws {
    let text = String(repeating: "abc\n", count: 100_000)
    let tokenizer = try Tokenizer(from: "abc\n")
    let tokens = try tokenizer.encode(text)
    #expect(tokens.count == 400_000 && tokenizer.decode(tokens) == text)
    // Doubling the room again and again would take twice the memory, and three times for a moment.
    #expect(tokens.capacity < 401_000)
    var parts: [[Token]] = []
    try tokenizer.forEachPart(of: text, from: "the text") { parts.append($0) }
    #expect(parts.count > 5 && parts.joined().elementsEqual(tokens))
    let error = #expect(throws: TextError.self) { try tokenizer.encode(text + "abx") }
    #expect(error?.message.contains("\"x\" (U+0078) at line 100001, column 3 of the text") == true)
  }

  @Test func encodingNothingGivesNothing() throws {
    #expect(try Tokenizer(from: "a").encode("") == [])
  }
}
