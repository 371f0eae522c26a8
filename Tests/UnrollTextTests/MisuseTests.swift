import Testing
import UnrollTestSupport
import UnrollText

/// What a program gets wrong stops it, in every build, with a sentence.
@Suite struct MisuseTests {
  @Test(arguments: table.indices)
  func misuseEndsTheProgramWithItsSentence(_ index: Int) async {
    let result = await #expect(
      processExitsWith: .failure, observing: [\.standardErrorContent]
    ) { [index = index as Int] in MisuseTests.table[index].commit() }
    Self.table[index].expectSentence(in: result)
  }

  private static let tokens: Tokens = [0, 1, 2, 1, 0, 2]

  static let table = [
    Misuse("A token is negative.") { _ = [3, -1] as Tokens },
    Misuse("The part 4..<7 is not in a row of 6 tokens.") { _ = tokens[4..<7] },
    Misuse("Batch size 0 and sequence length 5 must be positive.") {
      _ = try? StreamBatches(tokens: tokens, batchSize: 0, sequenceLength: 5)
    },
    Misuse("Batch size 1, sequence length 5 or warm-up -1 is out of range.") {
      _ = try? EvaluationBatches(tokens: tokens, batchSize: 1, sequenceLength: 5, warmUp: -1)
    },
    Misuse("Step -1 is negative.") {
      _ = try? StreamBatches(tokens: tokens, batchSize: 1, sequenceLength: 2).batch(at: -1)
    },
    Misuse("A batch of -1 by 2 steps has a negative size.") {
      var batch = TokenBatch()
      batch.clear(batchSize: -1, sequenceLength: 2, isFirst: true)
    },
    Misuse("3 steps in row 1 are not in a batch of 1 by 2.") {
      var batch = TokenBatch()
      batch.clear(batchSize: 1, sequenceLength: 2, isFirst: true)
      try? batch.fill(row: 1, from: tokens, at: 0, count: 3)
    },
    Misuse("The number of threads is 1 or more, not 0.") { _ = CorpusProcessing(threadCount: 0) },
    Misuse("Token 9 is not in the vocabulary of 2 entries.") {
      _ = try? Tokenizer(learning: TokenizerSettings(), from: ["abba"]).decode([9])
    },
  ]
}
