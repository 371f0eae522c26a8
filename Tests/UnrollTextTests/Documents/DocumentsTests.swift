import Testing
import UnrollText

struct DocumentsTests {
  private let corpus = Corpus([
    TextFile(path: "one", text: "ab\r\n\nc\rd \n"), TextFile(path: "two", text: "ab"),
  ])

  private func tokenizer(_ reserved: Set<ReservedEntry> = []) throws -> Tokenizer {
    let settings = TokenizerSettings(reserved: reserved)
    return try Tokenizer(learning: settings, from: try corpus.files.map { try $0.text() })
  }

  private func texts(_ documents: Documents, by tokenizer: Tokenizer) throws -> [String] {
    try (0..<documents.count).map { tokenizer.decode(try documents[$0].array()) }
  }

  @Test func linesEndAtAnyLineEndAndKeepTheirSpaces() throws {
    let tokenizer = try tokenizer()
    let documents = try Documents(corpus, by: .lines, tokenizer: tokenizer)
    #expect(try texts(documents, by: tokenizer) == ["ab", "c", "d ", "ab"])
  }

  @Test func filesAreWhole() throws {
    let tokenizer = try tokenizer()
    let documents = try Documents(corpus, by: .files, tokenizer: tokenizer)
    #expect(try texts(documents, by: tokenizer) == (try corpus.files.map { try $0.text() }))
  }

  @Test(
    arguments: [
      ([], nil, nil), ([.end], ReservedEntry.end, .end), ([.beginning], .beginning, nil),
      ([.beginning, .end], .beginning, .end),
    ] as [(Set<ReservedEntry>, ReservedEntry?, ReservedEntry?)])
  func boundariesAreTheReservedEntries(
    reserved: Set<ReservedEntry>, first: ReservedEntry?, last: ReservedEntry?
  ) throws {
    let tokenizer = try tokenizer(reserved)
    let documents = try Documents(corpus, by: .lines, tokenizer: tokenizer)
    let text = try tokenizer.encode("ab")
    let boundaries = [first, last].map { $0.flatMap { tokenizer.vocabulary.token(for: $0) } }
    let expected = [boundaries[0]] + text + [boundaries[1]]
    #expect(try documents[0].array() == expected.compactMap { $0 })
    #expect(documents.count == 4)
  }

  @Test func documentsOfSkippedTextAloneAreLeftOut() throws {
    let settings = TokenizerSettings(unknown: .skip, reserved: [.end])
    let tokenizer = try Tokenizer(learning: settings, from: "ab")
    let documents = try Documents(corpus, by: .lines, tokenizer: tokenizer)
    #expect(try texts(documents, by: tokenizer) == ["ab", "ab"])
  }

  @Test func unknownTextNamesTheLineOfTheFile() throws {
    let tokenizer = try Tokenizer(from: "abc")
    let error = #expect(throws: TextError.self) {
      try Documents(corpus, by: .lines, tokenizer: tokenizer)
    }
    #expect(
      error?.message.hasPrefix("the character \"d\" (U+0064) at line 4, column 1 of 'one'") == true)
  }

  @Test(arguments: [nil, 0, 7] as [UInt64?])
  func partsNeverOverlap(seed: UInt64?) throws {
    let lines = (0..<100).map { String($0) }
    let text = lines.joined(separator: "\n")
    let tokenizer = try Tokenizer(from: text)
    let documents = try Documents(
      Corpus([TextFile(path: "x", text: text)]), by: .lines, tokenizer: tokenizer)
    let split = try Split(validationFraction: 0.2, testFraction: 0.1)
    let parts = documents.parts(of: split, seed: seed)
    #expect([parts.training.count, parts.validation.count, parts.test.count] == [70, 20, 10])
    let all = try [parts.training, parts.validation, parts.test].flatMap {
      try texts($0, by: tokenizer)
    }
    #expect(all.sorted() == lines.sorted())
    #expect((all == lines) == (seed == nil))
    let again = documents.parts(of: split, seed: seed)
    #expect(try texts(again.test, by: tokenizer) == texts(parts.test, by: tokenizer))
  }
}

@Test(arguments: [TokenizerKind.characters, .scalars, .bytes, .words])
func lineEndsAreNotLearntFromLines(kind: TokenizerKind) throws {
  let corpus = Corpus([TextFile(path: "x", text: "ab c\r\nd\n\ne f")])
  let settings = TokenizerSettings(kind: kind)
  let lines = try Tokenizer(learning: settings, from: [corpus], by: .lines)
  #expect(!lines.vocabulary.entries.contains { $0.contains(where: \.isNewline) })
  #expect(try Documents(corpus, by: .lines, tokenizer: lines).count == 3)
  let files = try Tokenizer(learning: settings, from: [corpus], by: .files)
  #expect(files.vocabulary.entries.contains { $0.contains(where: \.isNewline) })
}
