import Testing
import UnrollFormats
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

  /// A value other than the usual one of every property.
  private static let unusual = TokenizerDescription(
    kind: .scalars, entries: ["b", "a"], reserved: [.end, .unknown], unknown: .token,
    normalization: .nfkc, lowercase: true, lineEnds: .lineFeed, removesByteOrderMark: true)

  @Test func jsonKeepsEverything() throws {
    let tokenizer = try Tokenizer(Self.unusual)
    let json = Self.unusual.json
    #expect(try Tokenizer(TokenizerDescription(json.field(named: "tokenizer"))) == tokenizer)
    #expect(tokenizer.description.json == json)
  }

  @Test(arguments: [
    ("kind", "letters"), ("unknown", "ignore"), ("normalization", "NFC"), ("lineEnds", "crlf"),
  ])
  func namesThatNobodyKnowsAreRefused(key: String, name: String) throws {
    guard case .object(var object) = Self.unusual.json else { return }
    object[key] = .string(name)
    let field = JSON.object(object).field(named: "tokenizer")
    let error = #expect(throws: TextError.self) { try TokenizerDescription(field) }
    #expect(error?.code == .invalidDescription)
    #expect(error?.message.hasPrefix("\"\(name)\" is no ") == true)
  }

  @Test(arguments: [
    TokenizerDescription(kind: .characters, entries: []),
    TokenizerDescription(kind: .characters, entries: ["a", "a"]),
    TokenizerDescription(kind: .characters, entries: ["a"], unknown: .token),
    TokenizerDescription(kind: .characters, entries: ["a", "b"], merges: ["a b"]),
    TokenizerDescription(kind: .bytes, entries: ["ab"]),
    TokenizerDescription(kind: .bytes, entries: ["\u{100}"]),
    TokenizerDescription(kind: .bpe, entries: ["a", "b"]),
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
