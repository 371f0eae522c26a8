import Testing
import UnrollModels
import UnrollTensor
import UnrollText

/// Scores of whole texts, line by line.
struct TextScoresTests {
  private static let text = String(
    repeating: "The quick brown fox\njumps over\r\n\nthe lazy dog; naïve é 1234567\n", count: 40)

  private static func corpus(_ text: String) -> Corpus {
    Corpus([TextFile(path: "x", text: text)])
  }

  private static let settings: [TokenizerSettings] = [
    .init(), .init(kind: .bytes), .init(kind: .words), .init(kind: .scalars, normalization: .nfc),
    .init(kind: .bpe, vocabularySize: 290), .init(minimumCount: 50, unknown: .token),
    .init(reserved: [.end]), .init(kind: .words, reserved: [.beginning, .end]),
  ]

  private static func model(_ settings: TokenizerSettings) throws -> LanguageModel {
    try LanguageModel(
      .init(cell: .gru, hiddenSize: 12), tokenizer: Tokenizer(learning: settings, from: text),
      seed: 1)
  }

  @Test(arguments: settings, [nil, DocumentUnit.lines, .files])
  func scoresAddUpToTheEvaluation(_ settings: TokenizerSettings, unit: DocumentUnit?) throws {
    let model = try Self.model(settings)
    let corpus = Self.corpus(Self.text)
    let heldOut =
      try unit.map {
        try HeldOutText(
          Documents(corpus, by: $0, tokenizer: model.tokenizer), tokenizer: model.tokenizer)
      } ?? HeldOutText(corpus.tokens(by: model.tokenizer), tokenizer: model.tokenizer)
    let evaluation = try #require(try heldOut.evaluation(of: model))
    let scores = try #require(try heldOut.scores(of: model))
    for part in ScoredUnit.allCases {
      let parts = try scores.parts(by: part)
      let nats = -parts.reduce(0) { $0 + $1.logProbability }
      #expect(abs(nats / evaluation.totalNats - 1) < 1e-6)
      // Each token and each character belongs to one part.
      #expect(parts.reduce(0) { $0 + $1.predicted.tokenCount } == evaluation.text.tokenCount)
      #expect(parts.reduce(0) { $0 + $1.predicted.byteCount } == evaluation.text.byteCount)
      #expect(
        parts.reduce(0) { $0 + $1.predicted.characterCount } == evaluation.text.characterCount)
      #expect(
        parts.map { scores.text(of: $0.places) }.joined() == scores.text(of: 0..<scores.count))
    }
  }

  @Test(arguments: settings)
  func scoresAreThoseOfEachTextAlone(_ settings: TokenizerSettings) throws {
    let model = try Self.model(settings)
    let lines = ["The quick brown", "jumps over", "naïve é", "1234567 the lazy dog; The quick"]
    let documents = try Documents(
      Self.corpus(lines.joined(separator: "\n")), by: .lines, tokenizer: model.tokenizer)
    let heldOut = try HeldOutText(documents, tokenizer: model.tokenizer)
    let scores = try #require(try heldOut.scores(of: model, likeliestCount: 2))
    for (line, places) in zip(lines, scores.documents) {
      let tokens = places.map { scores[$0].token }
      let alone = try model.logProbabilities(
        of: Array(tokens.dropFirst()), after: [tokens[0]], likeliestCount: 2)
      #expect(places.dropFirst().map { scores[$0] } == alone, "\(line)")
      #expect(scores[places.lowerBound].logProbability == nil)
    }
  }

  @Test func lineIsWhatALineFeedEnds() throws {
    let tokenizer = try Tokenizer(learning: .init(), from: "a\nb\r\n")
    // ln 1/2, ln 1/4, ln 1/8, ln 1/8.
    let model = try LanguageModel(
      logits: [0, -1, -2, -2].map { $0 * 0.6931472 }, tokenizer: tokenizer)
    let heldOut = try HeldOutText(
      Self.corpus("a\nb\r\n\n\na").tokens(by: tokenizer), tokenizer: tokenizer)
    let scores = try #require(try heldOut.scores(of: model, likeliestCount: 9))
    let parts = try scores.parts(by: .line)
    #expect(parts.map(\.number) == [1, 2, 3, 4, 5])
    #expect(parts.map { scores.text(of: $0) } == ["a", "b", "", "", "a"])
    #expect(parts.map(\.predicted.tokenCount) == [1, 2, 1, 1, 1])
    #expect(parts.map(\.predicted.byteCount) == [1, 3, 1, 1, 1])
    let bits = (0..<4).map { -Double([0, -1, -2, -2][$0]) + 1 }
    let wanted = try "a\nb\r\n\n\na".map { try bits[Int(tokenizer.encode(String($0))[0])] }
    #expect(abs(parts[1].bits - wanted[2] - wanted[3]) < 1e-5)
    #expect(abs((parts[1].bitsPerCharacter ?? 0) - (wanted[2] + wanted[3]) / 2) < 1e-5)
    #expect(scores[1].likeliest.count == 4)
    for place in 1..<scores.count {
      let score = scores[place]
      let above = score.likeliest.filter { $0.logProbability > score.logProbability ?? 0 }
      #expect(score.rank == above.count + 1)
      #expect(abs((score.bits ?? 0) - wanted[place]) < 1e-5)
    }
  }

  @Test func mostSurprisingTokenIsTheLeastLikely() throws {
    let tokenizer = try Tokenizer("abc\n")
    let model = try LanguageModel(logits: [3, 2, 0, 1], tokenizer: tokenizer)
    let heldOut = try HeldOutText(
      Self.corpus("abca\nbb\nacc\n").tokens(by: tokenizer), tokenizer: tokenizer)
    let scores = try #require(try heldOut.scores(of: model))
    // Of equals, the first.
    #expect(try scores.parts(by: .line).map(\.mostSurprising) == [2, 7, 9])
  }

  @Test func scoringCanBeGivenUp() throws {
    let model = try Self.model(.init())
    let heldOut = try HeldOutText(
      Self.corpus(Self.text).tokens(by: model.tokenizer), tokenizer: model.tokenizer)
    #expect(try heldOut.scores(of: model, shouldStop: { true }) == nil)
    #expect(throws: ModelError.self) { try heldOut.scores(of: model, likeliestCount: -1) }
  }

  // MARK: Comparison

  private func parts(_ model: LanguageModel, _ text: String) throws -> [ScoredPart] {
    let heldOut = try HeldOutText(
      Self.corpus(text).tokens(by: model.tokenizer), tokenizer: model.tokenizer)
    return try #require(try heldOut.scores(of: model)).parts(by: .line)
  }

  @Test func differenceIsThatOfTheEvaluations() throws {
    let tokenizer = try Tokenizer("ab\n")
    let first = try LanguageModel(logits: [1, 0, 0], tokenizer: tokenizer)
    let second = try LanguageModel(logits: [0, 1, 0], tokenizer: tokenizer)
    let text = String(repeating: "aab\nab\naaaa\n", count: 30)
    let comparison = try ScoreComparison(parts(first, text), parts(second, text))
    #expect(comparison.pairs.count == 90)
    // Each a costs the second model 1 nat more, each b 1 less; the first a is not predicted.
    let (a, b) = (30 * 7 - 1, 60)
    let difference = Double(a - b) / 0.6931472 / Double(text.count - 1)
    #expect(abs(try #require(comparison.difference) - difference) < 1e-5)
    let interval = try #require(try comparison.interval())
    #expect(interval.contains(difference) && interval.lowerBound > 0)
    #expect(try comparison.interval() == interval)
    #expect(try comparison.interval(seed: 1) != interval)
    let same = try ScoreComparison(parts(first, text), parts(first, text))
    #expect(try same.difference == 0 && same.interval() == 0...0)
    #expect(throws: ModelError.self) { try comparison.interval(resamples: 0) }
    #expect(ScoreComparison([]).difference == nil)
    #expect(try ScoreComparison([]).interval() == nil)
  }

  /// About 190 of 200 intervals hold the true difference.
  @Test func intervalHoldsTheTruthAsOftenAsItSays() throws {
    let tokenizer = try Tokenizer("ab\n")
    let first = try LanguageModel(logits: [1, 0, 0], tokenizer: tokenizer)
    let second = try LanguageModel(logits: [0, 1, 0], tokenizer: tokenizer)
    var generator = OrderGenerator(seed: 5, purpose: .splitting)
    var hits = 0
    for seed in 0..<200 {
      // Lines of ten letters, half of them a on the average: the true difference is 0.
      let text = (0..<60).map { _ in
        String((0..<10).map { _ in generator.next() % 2 == 0 ? "a" : "b" }) + "\n"
      }.joined()
      let interval = try ScoreComparison(parts(first, text), parts(second, text))
        .interval(resamples: 400, seed: UInt64(seed))
      if interval?.contains(0) == true { hits += 1 }
    }
    #expect((180...199).contains(hits), "\(hits)")
  }

  @Test func partsThatDifferInWhatIsPredictedAreLeftOut() throws {
    let characters = try Self.model(.init())
    let words = try Self.model(.init(kind: .words))
    let comparison = try ScoreComparison(
      parts(characters, Self.text), parts(words, Self.text))
    // The first word is not predicted where the first letter is not.
    #expect(comparison.pairs.first?.first.number == 2)
    #expect(comparison.pairs.count == 159)
  }
}
