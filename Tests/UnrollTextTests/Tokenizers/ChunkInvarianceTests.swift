import Testing
import UnrollTestSupport
import UnrollText

/// That a text is read in chunks, by several threads, shows in nothing.
struct ChunkInvarianceTests {
  private static let blockSizes = [1, 2, 3, 5, 8, 21, 100, 1000]

  private static func processing(blockSize: Int, threadCount: Int = 2) -> CorpusProcessing {
    var processing = CorpusProcessing(threadCount: threadCount)
    processing.blockSize = blockSize
    return processing
  }

  /// Prose, code and numbers between all that is difficult, with every kind of line end.
  static func text(seed: Int) -> String {
    var generator = SeededGenerator(seed: UInt64(seed))
    let prose = [
      "The cat's 2 hats, they'll  say;\t\"l’eau\" ", "{\"a\":[1,2,3.5e7]},,",
      "Слово, и дело—1869. ",
      "吾輩は猫である。名前はまだ無い。", "don't 'quote' we're  \r\n\r\n   x", "İSTANBUL ΑΣ ﬁne ½ Ⅷ ｶﾞ",
      "aaaaaaaaaaaaaaaaaaaaaaaa", "\n\n\r\r\n",
    ]
    return (0..<6).map { _ in
      Texts.random(count: 25, using: &generator)
        + (prose.randomElement(using: &generator) ?? "")
        + (Texts.difficult.randomElement(using: &generator) ?? "")
        + (prose.randomElement(using: &generator) ?? "")
    }.joined()
  }

  @Test(arguments: TokenizerKind.allCases, 0..<4)
  func anyBlockSizeGivesTheSameVocabularyAndTokens(kind: TokenizerKind, seed: Int) throws {
    let text = Self.text(seed: seed)
    let corpus = Corpus([TextFile(path: "x", text: text)])
    for normalization in Normalization.allCases {
      for lowercase in [false, true] {
        var settings = TokenizerKindTests.settings(kind)
        settings.normalization = normalization
        settings.lowercase = lowercase
        let tokenizer = try Tokenizer(learning: settings, from: text)
        let expected = try tokenizer.encode(text)
        for blockSize in Self.blockSizes {
          let processing = Self.processing(blockSize: blockSize)
          let learnt = try Tokenizer(learning: settings, from: [corpus], processing)
          #expect(learnt == tokenizer, "\(settings), blocks of \(blockSize)")
          let tokens = try corpus.tokens(by: tokenizer, processing).array()
          #expect(tokens == expected, "\(settings), blocks of \(blockSize)")
        }
      }
    }
  }

  @Test(arguments: TokenizerKind.allCases)
  func prosesAreCutIntoManyChunks(kind: TokenizerKind) throws {
    let sentence = "It is 1 of many words: they're all short, \"really\"! Слово и дело. 吾輩は猫である。"
    // More than `encode` takes at once.
    let text = String(repeating: sentence, count: 1500)
    var settings = TokenizerKindTests.settings(kind)
    settings.normalization = .nfkc
    let tokenizer = try Tokenizer(learning: settings, from: text)
    let expected = try tokenizer.encode(text)
    for threadCount in 1...3 {
      let processing = Self.processing(blockSize: 500, threadCount: threadCount)
      let corpus = Corpus([TextFile(path: "x", text: text)])
      #expect(try Tokenizer(learning: settings, from: [corpus], processing) == tokenizer)
      #expect(try corpus.tokens(by: tokenizer, processing).array() == expected)
    }
  }

  @Test(arguments: DocumentUnit.allCases, 0..<6)
  func documentsAreTheSame(unit: DocumentUnit, seed: Int) throws {
    let corpus = Corpus(
      (0..<4).map { TextFile(path: "\($0)", text: Self.text(seed: 4 * seed + $0)) })
    let settings = TokenizerSettings(
      unknown: .skip, reserved: [.beginning, .end], normalization: .nfc,
      lineEnds: seed % 2 == 0 ? .kept : .lineFeed)
    let tokenizer = try Tokenizer(learning: settings, from: [corpus])
    func documents(_ processing: CorpusProcessing) throws -> [[Token]] {
      let documents = try Documents(corpus, by: unit, tokenizer: tokenizer, processing)
      return try (0..<documents.count).map { try documents[$0].array() }
    }
    let expected = try documents(CorpusProcessing())
    #expect(unit == .lines ? expected.count > 4 : expected.count == 4)
    for blockSize in Self.blockSizes {
      var processing = Self.processing(blockSize: blockSize)
      #expect(try documents(processing) == expected, "blocks of \(blockSize)")
      processing.inMemoryLimit = 0
      #expect(try documents(processing) == expected, "a file, blocks of \(blockSize)")
    }
  }

  @Test(arguments: [TokenizerKind.characters, .scalars, .words, .bytes], 0..<3)
  func unknownTextIsAtTheSamePlace(kind: TokenizerKind, seed: Int) throws {
    let known = Self.text(seed: seed)
    let controls = (0x01...0x1F as ClosedRange<UInt32>).compactMap(Unicode.Scalar.init)
    let unknown = try #require(
      controls.first { !known.unicodeScalars.contains($0) && !$0.properties.isWhitespace })
    let text = known + "\n" + known + "ab q\(unknown)\n" + known
    for normalization in [Normalization.none, .nfkc] {
      let settings = TokenizerSettings(kind: kind, normalization: normalization)
      let tokenizer = try Tokenizer(learning: settings, from: known + "\nab q")
      let whole = #expect(throws: TextError.self) { try tokenizer.encode(text) }
      let expected = whole?.message.replacing("of the text", with: "of 'x'")
      for blockSize in Self.blockSizes {
        for unit in [nil, DocumentUnit.lines] {
          let processing = Self.processing(blockSize: blockSize)
          let corpus = Corpus([
            TextFile(path: "before", text: known), TextFile(path: "x", text: text),
          ])
          let error = #expect(throws: TextError.self) {
            if let unit {
              _ = try Documents(corpus, by: unit, tokenizer: tokenizer, processing)
            } else {
              _ = try corpus.tokens(by: tokenizer, processing)
            }
          }
          #expect(error?.message == expected, "blocks of \(blockSize)")
        }
      }
    }
  }

  @Test func aStretchWithoutAPlaceToCutItIsRefusedWhenItIsTooLong() throws {
    let word = String(repeating: "a", count: 18 << 20)
    let corpus = Corpus([TextFile(path: "dna", text: "b " + word)])
    let error = #expect(throws: TextError.self) {
      try Tokenizer(learning: TokenizerSettings(kind: .words), from: [corpus])
    }
    #expect(error?.code == .tooLong)
    #expect(
      error?.message.hasPrefix("'dna' has more than 16 MiB without a place to cut it") == true)
    let tokenizer = try Tokenizer(learning: TokenizerSettings(kind: .characters), from: [corpus])
    #expect(try corpus.tokens(by: tokenizer).count == 2 + word.utf8.count)
  }

  @Test(arguments: 0..<4)
  func statisticsAreTheSame(seed: Int) throws {
    let corpus = Corpus(
      (0..<3).map { TextFile(path: "\($0)", text: Self.text(seed: 3 * seed + $0)) })
    let tokenizer = try Tokenizer(learning: TokenizerSettings(reserved: [.end]), from: [corpus])
    func statistics(_ processing: CorpusProcessing) throws -> CorpusStatistics {
      try CorpusStatistics(of: corpus, by: .lines, tokenizer: tokenizer, processing)
    }
    let expected = try statistics(CorpusProcessing())
    #expect(expected.characters == (try corpus.files.reduce(0) { $0 + (try $1.text().count) }))
    for blockSize in Self.blockSizes {
      #expect(try statistics(Self.processing(blockSize: blockSize)) == expected)
    }
  }

  @Test func decodedSizesAreThoseOfTheDecodedText() throws {
    var generator = SeededGenerator(seed: 9)
    let text = (0..<400).map { Self.text(seed: $0 % 7) }.joined()
    for kind in [TokenizerKind.characters, .bytes] {
      let tokenizer = try Tokenizer(learning: TokenizerSettings(kind: kind), from: text)
      var tokens = try tokenizer.encode(text)
      #expect(tokens.count > 1 << 17)
      if kind == .bytes {
        for place in stride(from: 0, to: tokens.count, by: 97) {
          tokens[place] = Token.random(
            in: 0..<Token(tokenizer.vocabulary.count), using: &generator)
        }
      }
      let decoded = tokenizer.decode(tokens)
      let size = try tokenizer.decodedSize(of: Tokens(tokens))
      #expect(size.bytes == decoded.utf8.count)
      #expect(size.characters == decoded.count)
    }
  }
}
