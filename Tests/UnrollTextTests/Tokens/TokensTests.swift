import Testing
import UnrollFormats
import UnrollTestSupport
import UnrollText

struct TokensTests {
  @Test(arguments: [1, 200, 256, 257, 60_000, 65_536, 65_537, 1 << 30])
  func everyWidthKeepsAllTokens(limit: Int) throws {
    var generator = SeededGenerator(seed: UInt64(limit))
    let values = (0..<1000).map { _ in Token.random(in: 0..<Token(limit), using: &generator) }
    let tokens = Tokens(values + [Token(limit - 1)])
    #expect(tokens.count == 1001)
    #expect(try tokens.array() == values + [Token(limit - 1)])
    #expect(try tokens[100..<300][50..<60].array() == Array(values[150..<160]))
    var blocks: [[Token]] = []
    try tokens.forEachBlock(of: 300) { blocks.append($0) }
    #expect(blocks.map(\.count) == [300, 300, 300, 101])
    #expect(blocks.flatMap { $0 } == values + [Token(limit - 1)])
  }

  /// Every kind of token in a file, of vocabularies of one and of two bytes.
  @Test(arguments: TokenizerKind.allCases, [ChunkInvarianceTests.text(seed: 3), Self.manyEntries])
  func difficultTextComesBackFromAFile(kind: TokenizerKind, text: String) throws {
    var processing = CorpusProcessing()
    processing.inMemoryLimit = 0
    let corpus = Corpus([TextFile(path: "x", text: text)])
    let tokenizer = try Tokenizer(
      learning: TokenizerKindTests.settings(kind), from: [corpus], processing)
    let tokens = try corpus.tokens(by: tokenizer, processing)
    #expect(try tokens.array() == tokenizer.encode(text))
    #expect(tokenizer.decode(try tokens.array()).isIdentical(to: text))
    let inMemory = try corpus.tokens(by: tokenizer)
    let fromFile = try StreamBatches(tokens: tokens, batchSize: 2, sequenceLength: 2)
    let fromMemory = try StreamBatches(tokens: inMemory, batchSize: 2, sequenceLength: 2)
    for step in 0..<fromFile.batchesPerEpoch {
      #expect(try fromFile.batch(at: step) == fromMemory.batch(at: step))
    }
  }

  private static let manyEntries =
    String(
      String.UnicodeScalarView((0x4E00..<0x4F80).compactMap(Unicode.Scalar.init)))
    + " and 我们 "

  @Test func whatComesThroughAPipeIsThereForEveryPass() throws {
    try withFolder { folder in
      for count in [3, 1_000_000] {
        let text = String(repeating: "piped text, ", count: count)
        let path = folder("pipe\(count)")
        try folder.makePipe("pipe\(count)", giving: text)
        let corpus = try Corpus(reading: [path])
        #expect(corpus.byteCount == text.utf8.count)
        let tokenizer = try Tokenizer(learning: TokenizerSettings(), from: [corpus])
        let tokens = try corpus.tokens(by: tokenizer)
        #expect(tokenizer.decode(try tokens.array()) == text)
        #expect(try corpus.files[0].text() == text)
      }
    }
  }
}
