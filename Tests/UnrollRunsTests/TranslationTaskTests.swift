import Testing
import Unroll
import UnrollRuns
import UnrollTestSupport

/// Runs that train translators, on answers made by a rule.
struct TranslationTaskTests {
  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  /// Words, and the same words from the end to the beginning in capitals.
  private static func file(_ numbers: Range<Int>) -> String {
    numbers.map { number in
      let word = (0...(number % 4)).map { place in
        Array("abcdefg")[(number * 31 + place * (number / 7 % 5 + 1)) % 7]
      }
      return "\(String(word))\t\(String(word.reversed()).uppercased())\n"
    }.joined()
  }

  private func settings(
    _ text: String = file(0..<600)
  ) throws -> RunSettings<TranslationSettings> {
    var settings = RunSettings(
      TranslationSettings(data: try folder.write(Array(text.utf8), to: "pairs.tsv")),
      output: folder("model"))
    settings.sizes.hiddenSize = 32
    settings.model.embeddingSize = 16
    settings.model.dropout = 0
    settings.sizes.epochs = 20
    settings.outputs.metrics = folder("metrics.jsonl")
    return settings
  }

  @Test(arguments: [AttentionChoice.additive, .multiplicative])
  func wordsAreTurnedRound(_ attention: AttentionChoice) throws {
    var settings = try settings()
    settings.task.attention = attention
    settings.heldOut.testFraction = 0.1
    var run = try TrainingRun<TranslationTask>(settings)
    let result = try run.train()
    let test = try #require(result.test)
    #expect(test.figures.map(\.name) == ["loss", "bleu", "chrF", "exactMatch"])
    #expect(test.others[2].value >= 0.9, "\(test)")
    // Each letter comes from where it was looked at most.
    let words = (0..<40).map { (number: Int) -> String in
      let places = (0..<4).map { number * 5 + $0 * $0 * (number % 3 + 1) }
      return String(places.map { Array("abcdefg")[$0 % 7] })
    }
    let looked = try result.model.translate(words).flatMap { ($0?.weights ?? []).enumerated() }
    let right = looked.count { place, weights in
      weights.firstIndex(of: weights.max() ?? 0) == 3 - place
    }
    #expect(
      looked.count > 120 && Double(right) > 0.8 * Double(looked.count),
      "\(right) of \(looked.count)")
  }

  @Test(arguments: [0, 0.5] as [Float])
  func interruptedRunGoesOnToTheSameBytes(_ share: Float) throws {
    var settings = try settings(Self.file(0..<120))
    settings.sizes.epochs = 3
    settings.model.dropout = 0.2
    settings.task.scheduledSampling = share
    var whole = try TrainingRun<TranslationTask>(settings)
    _ = try whole.train()
    let (bytes, metrics) = (
      try folder.bytes(of: "model"), try folder.metrics(of: "metrics.jsonl")
    )
    settings.outputs.checkpoint = folder("run")
    do {
      var run = try TrainingRun<TranslationTask>(settings)
      #expect(try run.train(until: { $0 >= 7 }).ending == .interrupted)
    }
    var rest = try TrainingRun<TranslationTask>(goingOnIn: folder("run"))
    _ = try rest.train()
    #expect(try folder.bytes(of: "model") == bytes)
    #expect(try folder.metrics(of: "metrics.jsonl") == metrics)
  }

  @Test func scheduledSamplingIsAnotherRun() throws {
    func bytes(_ share: Float) throws -> [UInt8] {
      var settings = try settings(Self.file(0..<120))
      settings.sizes.epochs = 2
      settings.task.scheduledSampling = share
      var run = try TrainingRun<TranslationTask>(settings)
      _ = try run.train()
      return try folder.bytes(of: "model")
    }
    #expect(try bytes(0.5) != bytes(0))
  }

  @Test(arguments: [
    ("", "'pairs.tsv' has no pair of texts to learn from"), ("\ta\n", "has no pair of texts"),
    ("a\tb\nc\n", "line 2 of 'pairs.tsv' has one column"),
  ])
  func dataThatLeaveNothingToLearnAreRefused(_ text: String, _ sentence: String) throws {
    let settings = try settings(text)
    let error = #expect(throws: TextError.self) { try TrainingRun<TranslationTask>(settings) }
    let message = error.map { $0.message.replacing(folder(""), with: "") } ?? ""
    #expect(message.contains(sentence), "\(message)")
  }

  @Test func longPairsAreLeftOutAndCounted() throws {
    var settings = try settings("ab\tcd\nef\tgh\nabcdefgh\tx\nx\tabcdefgh\n")
    settings.sizes.sequenceLength = 4
    settings.sizes.epochs = 1
    settings.heldOut.validationFraction = 0
    var notes: [String] = []
    var run = try TrainingRun<TranslationTask>(settings) { event in
      if case .note(let note) = event { notes.append(note.sentence.text()) }
    }
    _ = try run.train()
    #expect(
      notes.contains {
        $0.hasPrefix("2 pairs with more than 4 tokens on a side are not learned from")
      })
    settings.sizes.sequenceLength = 1
    #expect(throws: RunError.self) { try TrainingRun<TranslationTask>(settings) }
  }

  @Test func settingsOutOfRangeAreNamed() throws {
    let cases: [(String, (inout TranslationSettings) -> Void)] = [
      ("sourceColumn is 1 or more", { $0.sourceColumn = 0 }),
      ("scheduledSampling is 0 to 1", { $0.scheduledSampling = 1.5 }),
      (
        "targetTokens bpe needs a targetVocabularySize of at least 256",
        {
          $0.targetTokens = .bpe
          $0.targetVocabularySize = 255
        }
      ),
      (
        "tokens bpe needs a vocabularySize of at least 256",
        {
          $0.tokens.kind = .bpe
          $0.tokens.vocabularySize = 255
        }
      ),
    ]
    for (sentence, change) in cases {
      var settings = try settings()
      change(&settings.task)
      let error = #expect(throws: RunError.self) { try settings.validate() }
      #expect(error?.description.contains(sentence) == true, "\(error?.description ?? "")")
    }
  }
}
