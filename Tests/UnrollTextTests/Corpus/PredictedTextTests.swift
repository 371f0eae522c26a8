import Testing
import UnrollTestSupport
import UnrollText

/// The bytes and characters of a text that its predicted tokens stand for.
struct PredictedTextTests {
  /// A text, how it is read, and what is predicted of it, by hand.
  struct Case: Sendable, CustomTestStringConvertible {
    let text: String
    var settings = TokenizerSettings()
    /// What the tokenizer is learnt from, if that is another text.
    var vocabulary: String?
    var unit: DocumentUnit?
    let tokens: Int
    let bytes: Int
    let characters: Int
    let unpredicted: Int
    var skipped = 0

    var testDescription: String { "\(text.prefix(20).debugDescription), \(settings.kind)" }
  }

  private static let cases: [Case] = [
    // A stream: all but the first token.
    Case(text: "abc", tokens: 2, bytes: 2, characters: 2, unpredicted: 1),
    Case(text: "éab", tokens: 2, bytes: 2, characters: 2, unpredicted: 2),
    Case(text: "aé€", tokens: 2, bytes: 5, characters: 2, unpredicted: 1),
    Case(
      text: "aé€", settings: .init(kind: .bytes), tokens: 5, bytes: 5, characters: 2,
      unpredicted: 1),
    Case(
      text: "€a", settings: .init(kind: .bytes), tokens: 3, bytes: 3, characters: 1,
      unpredicted: 1),
    Case(
      text: "the cat the", settings: .init(kind: .words), tokens: 4, bytes: 8, characters: 8,
      unpredicted: 3),
    Case(
      text: "e\u{301}e\u{301}", settings: .init(kind: .scalars), tokens: 3, bytes: 5,
      characters: 1, unpredicted: 1),
    Case(text: "a\r\nb", tokens: 2, bytes: 3, characters: 2, unpredicted: 1),
    Case(
      text: "a\r\nb", settings: .init(kind: .scalars), tokens: 3, bytes: 3, characters: 2,
      unpredicted: 1),
    Case(
      text: "abab", settings: .init(kind: .bpe, vocabularySize: 257), tokens: 1, bytes: 2,
      characters: 2, unpredicted: 2),
    // An unknown token stands for the text that was read, not for U+FFFD.
    Case(
      text: "ababababxxxxxxxx", settings: .init(unknown: .token), vocabulary: "ab", tokens: 15,
      bytes: 15, characters: 15, unpredicted: 1),
    Case(
      text: "a€€b", settings: .init(unknown: .token), vocabulary: "ab", tokens: 3, bytes: 7,
      characters: 3, unpredicted: 1),
    Case(
      text: "aéb", settings: .init(kind: .bytes, unknown: .token), vocabulary: "ab", tokens: 3,
      bytes: 3, characters: 2, unpredicted: 1),
    Case(
      text: "one two six", settings: .init(kind: .words, unknown: .token), vocabulary: "one two",
      tokens: 4, bytes: 8, characters: 8, unpredicted: 3),
    // Skipped text is not predicted.
    Case(
      text: "axxbx", settings: .init(unknown: .skip), vocabulary: "ab", tokens: 1, bytes: 1,
      characters: 1, unpredicted: 4, skipped: 3),
    Case(
      text: "€a€b", settings: .init(unknown: .skip), vocabulary: "ab", tokens: 1, bytes: 1,
      characters: 1, unpredicted: 7, skipped: 6),
    // What is changed before it is cut counts as it was.
    Case(
      text: "a\r\nb\rc", settings: .init(lineEnds: .lineFeed), tokens: 4, bytes: 5, characters: 4,
      unpredicted: 1),
    Case(
      text: "\u{FEFF}abc", settings: .init(removesByteOrderMark: true), tokens: 2, bytes: 2,
      characters: 2, unpredicted: 4),
    Case(text: "\u{FEFF}abc", tokens: 3, bytes: 3, characters: 3, unpredicted: 3),
    Case(
      text: "AİB", settings: .init(kind: .scalars, lowercase: true), tokens: 3, bytes: 3,
      characters: 2, unpredicted: 1),
    Case(
      text: "ae\u{301}e\u{301}", settings: .init(normalization: .nfc), tokens: 2, bytes: 6,
      characters: 2, unpredicted: 1),
    Case(
      text: "aﬁb", settings: .init(normalization: .nfkc), tokens: 3, bytes: 4, characters: 2,
      unpredicted: 1),
    Case(
      text: "\u{212B}\u{212B}", settings: .init(kind: .bytes, normalization: .nfc), tokens: 3,
      bytes: 3, characters: 1, unpredicted: 3),
    // Lines: the end stands for the line end; without an end nothing does.
    Case(
      text: "a\n", settings: .init(reserved: [.end]), unit: .lines, tokens: 2, bytes: 2,
      characters: 2, unpredicted: 0),
    Case(
      text: "a", settings: .init(reserved: [.end]), unit: .lines, tokens: 2, bytes: 1,
      characters: 1, unpredicted: 0),
    Case(
      text: "ab\r\n\ncd\n", settings: .init(reserved: [.beginning, .end]), unit: .lines, tokens: 6,
      bytes: 7, characters: 6, unpredicted: 1),
    Case(
      text: "ab\r\ncd\n", settings: .init(), unit: .lines, tokens: 2, bytes: 2, characters: 2,
      unpredicted: 5),
    Case(
      text: "ab\ncd\n", settings: .init(reserved: [.beginning]), unit: .lines, tokens: 4, bytes: 4,
      characters: 4, unpredicted: 2),
    Case(
      text: "axx\nxx\nbx\n", settings: .init(unknown: .skip, reserved: [.end]), vocabulary: "ab",
      unit: .lines, tokens: 4, bytes: 4, characters: 4, unpredicted: 6, skipped: 5),
    Case(
      text: String(repeating: "a\nb\n", count: 500) + "ab\n", unit: .lines, tokens: 1, bytes: 1,
      characters: 1, unpredicted: 2002),
    Case(
      text: "ab\n", settings: .init(reserved: [.end]), unit: .files, tokens: 4, bytes: 3,
      characters: 3, unpredicted: 0),
  ]

  @Test(arguments: cases)
  func rightValuesByHand(_ expected: Case) throws {
    let tokenizer = try Tokenizer(
      learning: expected.settings, from: expected.vocabulary ?? expected.text)
    let corpus = Corpus([TextFile(path: "x", text: expected.text)])
    for inMemoryLimit in [0, CorpusProcessing.inMemoryLimit] {
      var processing = CorpusProcessing()
      processing.inMemoryLimit = inMemoryLimit
      let text = try predicted(corpus, by: expected.unit, tokenizer, processing)
      #expect(text.tokenCount == expected.tokens)
      #expect(text.byteCount == expected.bytes)
      #expect(text.characterCount == expected.characters)
      #expect(text.unpredictedByteCount == expected.unpredicted)
      #expect(text.skippedByteCount == expected.skipped)
    }
  }

  private func predicted(
    _ corpus: Corpus, by unit: DocumentUnit?, _ tokenizer: Tokenizer,
    _ processing: CorpusProcessing
  ) throws -> PredictedText {
    if let unit {
      let documents = try Documents(corpus, by: unit, tokenizer: tokenizer, processing)
      return try PredictedText(of: documents, by: tokenizer)
    }
    return try PredictedText(of: corpus.tokens(by: tokenizer, processing), by: tokenizer)
  }

  /// Random settings, whose vocabulary lacks some of the text.
  private static func settings(
    _ kind: TokenizerKind, using generator: inout SeededGenerator
  ) -> TokenizerSettings {
    TokenizerSettings(
      kind: kind, vocabularySize: kind == .bpe ? 300 : nil,
      unknown: Bool.random(using: &generator) ? .skip : .token,
      reserved: Bool.random(using: &generator) ? [.beginning, .end] : [.end],
      normalization: Normalization.allCases.randomElement(using: &generator) ?? .none,
      lowercase: Bool.random(using: &generator),
      lineEnds: LineEnds.allCases.randomElement(using: &generator) ?? .kept,
      removesByteOrderMark: Bool.random(using: &generator))
  }

  /// No byte is lost and none counts twice, however a text is cut into parts, and neither blocks nor
  /// files show.
  @Test(arguments: TokenizerKind.allCases, 0..<12)
  func partsAddUpToTheText(kind: TokenizerKind, seed: Int) throws {
    var generator = SeededGenerator(seed: UInt64(seed))
    let settings = Self.settings(kind, using: &generator)
    let text = "\u{FEFF}" + (0..<10).map { ChunkInvarianceTests.text(seed: seed + $0) }.joined()
    let corpus = Corpus([
      TextFile(path: "x", text: text),
      TextFile(path: "y", text: "\u{FEFF}" + ChunkInvarianceTests.text(seed: seed + 1)),
    ])
    let tokenizer = try Tokenizer(
      learning: settings, from: ChunkInvarianceTests.text(seed: seed) + "\r\nab e")
    for unit in [nil] + DocumentUnit.allCases {
      let expected = try predicted(corpus, by: unit, tokenizer, CorpusProcessing())
      #expect(expected.byteCount + expected.unpredictedByteCount == corpus.byteCount)
      #expect(expected.skippedByteCount <= expected.unpredictedByteCount)
      #expect(settings.unknown == .skip || expected.skippedByteCount == 0)
      let characterCount = try corpus.files.reduce(0) { try $0 + $1.text().count }
      #expect(expected.characterCount <= characterCount)
      for blockSize in [1, 7, 100, 10_000] {
        var processing = CorpusProcessing(threadCount: 2)
        processing.blockSize = blockSize
        processing.inMemoryLimit = 0
        let found = try predicted(corpus, by: unit, tokenizer, processing)
        #expect(found.tokenCount == expected.tokenCount)
        #expect(found.byteCount == expected.byteCount)
        #expect(found.unpredictedByteCount == expected.unpredictedByteCount)
        #expect(found.skippedByteCount == expected.skippedByteCount)
      }
    }
    let tokens = try corpus.tokens(by: tokenizer)
    var places = [0, tokens.count]
    for _ in 0..<20 { places.append(Int.random(in: 0...tokens.count, using: &generator)) }
    places.sort()
    var bytes = 0
    for (start, end) in zip(places, places.dropFirst()) {
      let part = try PredictedText(of: tokens[start..<end], by: tokenizer)
      #expect(part.tokenCount == max(0, end - start - 1))
      bytes += part.byteCount + part.unpredictedByteCount
    }
    #expect(bytes == corpus.byteCount)
  }

  /// Where nothing is changed, unknown or left out, the bytes are those of the decoded text.
  @Test(arguments: TokenizerKind.allCases, 0..<6)
  func exactTokensStandForTheirSpelling(kind: TokenizerKind, seed: Int) throws {
    let text = (0..<40).map { ChunkInvarianceTests.text(seed: seed + $0) }.joined()
    let settings = TokenizerSettings(kind: kind, vocabularySize: kind == .bpe ? 400 : nil)
    let tokenizer = try Tokenizer(learning: settings, from: text)
    let tokens = try Corpus([TextFile(path: "x", text: text)]).tokens(by: tokenizer)
    #expect(tokens.count > 4096)
    let plain = Tokens(try tokens.array())
    for range in [0..<tokens.count, 5..<4096, 4095..<4097, 4000..<tokens.count - 3] {
      let made = try PredictedText(of: tokens[range], by: tokenizer)
      let decoded = try PredictedText(of: plain[range], by: tokenizer)
      #expect(made.tokenCount == decoded.tokenCount)
      if kind != .bytes && kind != .bpe { #expect(made.byteCount == decoded.byteCount) }
    }
    let whole = try PredictedText(of: tokens, by: tokenizer)
    let first = tokenizer.decode(try tokens[0..<1].array())
    if kind == .characters {
      #expect(whole.characterCount == text.count - 1)
      #expect(whole.byteCount == text.utf8.count - first.utf8.count)
    }
  }

  @Test func drawnDocumentsAreThoseOfTheCorpus() throws {
    let lines = (0..<300).map { String(repeating: "é", count: $0 % 17 + 1) }
    let text = lines.joined(separator: "\n") + "\n"
    let tokenizer = try Tokenizer(learning: .init(reserved: [.end]), from: text)
    let documents = try Documents(
      Corpus([TextFile(path: "x", text: text)]), by: .lines, tokenizer: tokenizer)
    let parts = documents.parts(of: try Split(validationFraction: 0.3), seed: 4)
    var sum = try PredictedText(of: parts.training, by: tokenizer)
    sum += try PredictedText(of: parts.validation, by: tokenizer)
    #expect(try sum == PredictedText(of: documents, by: tokenizer))
    #expect(sum.byteCount == text.utf8.count && sum.unpredictedByteCount == 0)
    var characters = 0
    for index in 0..<parts.validation.count {
      characters += parts.validation[index].count - 2
    }
    let validation = try PredictedText(of: parts.validation, by: tokenizer)
    #expect(validation.byteCount == 2 * characters + parts.validation.count)
  }

  @Test func nothingIsPredictedOfNothing() throws {
    let tokenizer = try Tokenizer(from: "ab")
    #expect(try PredictedText(of: [], by: tokenizer) == PredictedText())
    #expect(PredictedText().unpredictedShare == 0)
    let tokens = try Corpus([TextFile(path: "x", text: "a")]).tokens(by: tokenizer)
    let one = try PredictedText(of: tokens, by: tokenizer)
    #expect(one.tokenCount == 0 && one.unpredictedShare == 1)
  }
}
