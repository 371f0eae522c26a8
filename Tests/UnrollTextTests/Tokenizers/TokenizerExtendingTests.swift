import Testing
import UnrollText

/// A tokenizer that gets the entries of another one.
struct TokenizerExtendingTests {
  private func tokenizer(_ text: String, _ settings: TokenizerSettings) throws -> Tokenizer {
    try Tokenizer(learning: settings, from: text)
  }

  @Test(arguments: [TokenizerKind.characters, .scalars, .words, .bytes])
  func ownEntriesComeFirstAndKeepTheirOrder(_ kind: TokenizerKind) throws {
    let settings = TokenizerSettings(kind: kind)
    let own = try tokenizer("the fox", settings)
    let other = try tokenizer("an old ox in the fog", settings)
    let extended = try own.extended(by: other)
    #expect(extended.vocabulary.entries.starts(with: own.vocabulary.entries))
    #expect(
      Set(extended.vocabulary.entries)
        == Set(own.vocabulary.entries).union(other.vocabulary.entries))
    for text in ["the fox", "an old ox in the fog"] {
      #expect(try extended.decode(extended.encode(text)) == text)
    }
    #expect(try extended.encode("the fox") == own.encode("the fox"))
    #expect(try extended.extended(by: own) == extended)
  }

  @Test(arguments: [UnknownPolicy.skip, .token])
  func vocabularyWithAnAnswerToUnknownTextStays(_ unknown: UnknownPolicy) throws {
    let own = try tokenizer("abc", .init(unknown: unknown))
    #expect(try own.extended(by: tokenizer("xyz", .init(unknown: unknown))) == own)
  }

  @Test func bytePairsStay() throws {
    let settings = TokenizerSettings(kind: .bpe, vocabularySize: 260)
    let own = try tokenizer("the theme there", settings)
    #expect(try own.extended(by: tokenizer("other otters", settings)) == own)
  }

  @Test func reservedEntriesOfBothAreReserved() throws {
    let own = try tokenizer("abc", .init(reserved: [.padding]))
    let extended = try own.extended(by: tokenizer("cd", .init(reserved: [.end])))
    #expect(extended.vocabulary.reserved == [.padding, .end])
    #expect(extended.vocabulary.entries == ["a", "b", "c", "d"])
  }

  @Test func tokenizersOfOtherTextAreRefused() throws {
    let own = try tokenizer("abc", .init())
    for settings in [
      TokenizerSettings(kind: .scalars), .init(lowercase: true), .init(normalization: .nfc),
    ] {
      let error = #expect(throws: TextError.self) {
        try own.extended(by: tokenizer("abc", settings))
      }
      #expect(error?.code == .invalidDescription)
    }
  }

  @Test func settingsOfATokenizerLearnOneLikeIt() throws {
    let settings = TokenizerSettings(
      kind: .words, unknown: .token, reserved: [.end, .unknown], normalization: .nfkc,
      lowercase: true)
    #expect(try TokenizerSettings(of: tokenizer("The fox", settings)) == settings)
    let pairs = TokenizerSettings(kind: .bpe, vocabularySize: 258)
    #expect(try TokenizerSettings(of: tokenizer("the the the", pairs)) == pairs)
  }
}
