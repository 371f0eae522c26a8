/// A text as parallel streams in which every token but the first is predicted exactly once, for
/// measuring a loss that is nearly that of one long stream.
///
/// Every row but the first begins W tokens early, to bring its state up to date: the targets of
/// these steps are ignored. All rows have the same number of steps, except that the last may end
/// early, and the last window may be shorter than T.
public struct EvaluationBatches: BatchSource {
  private let tokens: Tokens

  /// The number of streams, N: the wished number, or fewer if the text is short.
  public let batchSize: Int

  /// The number of steps of a window, T: the wished number, or fewer if the text is short.
  public let sequenceLength: Int

  /// The number of steps by which a row begins early, W: the wished number, or fewer.
  public let warmUp: Int

  /// The number of targets that a row adds to those of the row before.
  private let stride: Int

  private var rowLength: Int { warmUp + stride }

  private var targetCount: Int { tokens.count - 1 }

  /// The number of windows, the last of which may be shorter.
  public var batchesPerEpoch: Int { (rowLength - 1) / sequenceLength + 1 }

  /// Creates the batches of a text.
  ///
  /// Throws `TextError` if there are fewer than two tokens, which leave nothing to predict.
  public init(
    tokens: Tokens, batchSize: Int, sequenceLength: Int, warmUp: Int
  ) throws {
    guard batchSize > 0 && sequenceLength > 0 && warmUp >= 0 else {
      fatalError(
        "Batch size \(batchSize), sequence length \(sequenceLength) or warm-up \(warmUp) is out of range."
      )
    }
    guard tokens.count >= 2 else {
      throw TextError(
        .tooSmall,
        "a text of \(tokens.count == 1 ? "one token" : "no token") is too short to evaluate on: give at least two"
      )
    }
    self.tokens = tokens
    let targetCount = tokens.count - 1
    self.sequenceLength = min(sequenceLength, targetCount)
    self.warmUp = min(warmUp, targetCount - 1)
    let beyondWarmUp = targetCount - self.warmUp
    stride = (beyondWarmUp - 1) / batchSize + 1
    self.batchSize = (beyondWarmUp - 1) / stride + 1
  }

  /// The place of the first input of a row's window.
  func start(ofRow row: Int, in step: Int) -> Int {
    row * stride + position(of: step) * sequenceLength
  }

  /// Writes the window of a step, of every stream, into `batch`.
  public func load(_ step: Int, into batch: inout TokenBatch) throws {
    let windowStart = position(of: step) * sequenceLength
    let length = min(sequenceLength, rowLength - windowStart)
    batch.clear(batchSize: batchSize, sequenceLength: length, isFirst: windowStart == 0)
    for row in 0..<batchSize {
      let start = start(ofRow: row, in: step)
      try batch.fill(
        row: row, from: tokens, at: start,
        count: max(0, min(length, targetCount - start)),
        ignoring: row == 0 ? 0 : max(0, warmUp - windowStart))
    }
  }
}
