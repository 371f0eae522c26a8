/// A text as N parallel streams, cut into windows of T steps, for truncated back-propagation
/// through time: the state at the end of a window is where the next one begins.
///
/// Of C tokens each stream has S = ⌊(C − 1) / N⌋ steps, of which ⌊S / T⌋ whole windows are used; the
/// shorter window that would be left at the end is not, so that all steps weigh the same.
public struct StreamBatches: BatchSource {
  private let tokens: Tokens

  /// The number of streams, N.
  public let batchSize: Int

  /// The number of steps of a window, T.
  public let sequenceLength: Int

  /// The number of steps of a stream, S.
  private let streamLength: Int

  /// The number of windows in each stream.
  public var batchesPerEpoch: Int { streamLength / sequenceLength }

  /// Creates the batches of a text.
  ///
  /// Throws `TextError`, saying what would fit, if the text is too small for one batch.
  public init(tokens: Tokens, batchSize: Int, sequenceLength: Int) throws {
    try self.init(fitting: tokens, batchSize: batchSize, sequenceLength: sequenceLength)
    guard self.batchSize == batchSize, self.sequenceLength == sequenceLength else {
      throw TextError(
        .tooSmall,
        "\(tokens.count) tokens are too few for a batch of \(batchSize) by \(sequenceLength) steps "
          + "and one more token: give more text, or choose at most \(self.batchSize) by "
          + "\(self.sequenceLength)")
    }
  }

  /// Creates the batches of a text, of the wished shape or else of the largest one below it that the
  /// text fills once: fewer streams first, then a shorter window.
  ///
  /// Throws `TextError` if there are fewer than two tokens.
  public init(fitting tokens: Tokens, batchSize: Int, sequenceLength: Int) throws {
    guard batchSize > 0 && sequenceLength > 0 else {
      fatalError("Batch size \(batchSize) and sequence length \(sequenceLength) must be positive.")
    }
    guard tokens.count >= 2 else {
      throw TextError(
        .tooSmall, "\(tokens.count) tokens are too few to train on: give at least two")
    }
    let targetCount = tokens.count - 1
    self.tokens = tokens
    self.sequenceLength = min(sequenceLength, targetCount)
    self.batchSize = min(batchSize, targetCount / self.sequenceLength)
    streamLength = targetCount / self.batchSize
  }

  /// Writes the window of a step, of every stream, into `batch`.
  public func load(_ step: Int, into batch: inout TokenBatch) throws {
    let window = position(of: step)
    batch.clear(batchSize: batchSize, sequenceLength: sequenceLength, isFirst: window == 0)
    for row in 0..<batchSize {
      let start = row * streamLength + window * sequenceLength
      try batch.fill(row: row, from: tokens, at: start, count: sequenceLength)
    }
  }
}
