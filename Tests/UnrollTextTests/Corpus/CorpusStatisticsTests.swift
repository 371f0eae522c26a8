import Testing
import UnrollText

struct CorpusStatisticsTests {
  private func statistics(
    of texts: [String], by unit: DocumentUnit = .files,
    settings: TokenizerSettings = TokenizerSettings()
  ) throws -> CorpusStatistics {
    let corpus = Corpus(texts.map { TextFile(path: "x", text: $0) })
    return try CorpusStatistics(
      of: corpus, by: unit, tokenizer: Tokenizer(learning: settings, from: texts))
  }

  private func lengths(_ statistics: CorpusStatistics) -> [Int] {
    statistics.documentLengths.histogram.flatMap { Array(repeating: $0.length, count: $0.count) }
  }

  @Test func sizesCountsAndRarestTokens() throws {
    let statistics = try statistics(of: ["ééaab", "a"])
    #expect(statistics.bytes == 8)
    #expect(statistics.characters == 6)
    #expect(statistics.tokens == 6)
    #expect(statistics.counts == [3, 1, 2])
    #expect(statistics.distinctTokens == 3)
    #expect(statistics.rarestTokens(2) == [1, 2])
    #expect(lengths(statistics) == [1, 5])
  }

  @Test func entropiesAreThoseOfTheFormula() throws {
    #expect(try statistics(of: ["abcdabcd"]).unigramEntropy == 2)
    #expect(try statistics(of: ["abcdabcd"]).bigramEntropy == 0)
    // After "a" come "a" once and "b" twice; after "b" comes "a": 3 pairs of log₂ 3 or log₂ 1.5.
    let mixed = try #require(try statistics(of: ["aabab"]).bigramEntropy)
    #expect(abs(mixed - (1.584962500721156 + 2 * 0.584962500721156) / 4) < 1e-12)
    #expect(try statistics(of: ["aaaa"]).unigramEntropy == 0)
  }

  @Test func entropiesAreInBitsPerCharacterForEveryKind() throws {
    let settings = TokenizerSettings(kind: .words)
    // Four words of one bit each in seven characters, and a space that is as frequent.
    let words = try statistics(of: ["ab ab cd cd"], settings: settings)
    #expect(words.tokens == 7)
    // The first word is not predicted: six tokens, which stand for nine characters.
    let bits = 3 * 1.222392421336448 + 3 * 1.8073549220576042
    #expect(abs(try #require(words.unigramEntropy) - bits / 9) < 1e-12)
  }

  @Test func boundariesBeforeADocumentAreNotCounted() throws {
    let settings = TokenizerSettings(reserved: [.end])
    let statistics = try statistics(of: ["ab\nc"], by: .lines, settings: settings)
    #expect(statistics.tokens == 5)
    #expect(statistics.counts == [2, 0, 1, 1, 1])
    #expect(lengths(statistics) == [2, 3])
  }

  @Test func linesControlCharactersAndMarks() throws {
    let statistics = try statistics(of: ["\u{FEFF}a\nb\r\na\n\n\n", "b\rb\0\t\u{85}\0", "\u{1B}"])
    #expect(statistics.lines.count == 8)
    #expect(statistics.lines.lineFeeds == 4)
    #expect(statistics.lines.both == 1)
    #expect(statistics.lines.carriageReturns == 1)
    #expect(statistics.lines.duplicates == 1)
    #expect(statistics.lines.areMixed)
    #expect(statistics.controlCharacters == ["\0": 2, "\u{85}": 1, "\u{1B}": 1])
    #expect(statistics.byteOrderMarks == 1)
    #expect(try !self.statistics(of: ["a\nb\n"]).lines.areMixed)
  }
}
