/// Sentences filled up with spaces to the longest, as one batch: the set-up of the tutorial.
///
/// Inputs leave out the last token of each sentence, targets the first, and the spaces count.
public struct PaddedSentences: BatchSource {
  private let rows: [Tokens]

  /// The number of sentences, N.
  public var batchSize: Int { rows.count }

  /// The number of steps, T: one less than the length of the longest sentence.
  public let sequenceLength: Int

  /// All sentences are one batch.
  public var batchesPerEpoch: Int { 1 }

  /// Creates the batch of some sentences.
  ///
  /// Throws `TextError` if the tokenizer does not know a character of the sentences or the space to
  /// fill up with, or if no sentence has two tokens.
  public init(_ sentences: [String], tokenizer: Tokenizer) throws {
    var rows = try sentences.map { try tokenizer.encode($0) }
    let longest = rows.map(\.count).max() ?? 0
    guard longest >= 2 else {
      throw TextError(.tooSmall, "no sentence has two tokens: there is nothing to predict")
    }
    for row in rows.indices {
      while rows[row].count < longest {
        rows[row] += try tokenizer.encode(" ", unknown: .error)
      }
    }
    self.rows = rows.map { Tokens($0) }
    sequenceLength = longest - 1
  }

  /// Writes all sentences into `batch`, whatever the step.
  public func load(_ step: Int, into batch: inout TokenBatch) throws {
    batch.clear(batchSize: batchSize, sequenceLength: sequenceLength, isFirst: true)
    for (row, tokens) in rows.enumerated() {
      try batch.fill(row: row, from: tokens, at: 0, count: sequenceLength)
    }
  }
}
