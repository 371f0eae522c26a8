/// The tokens of one training step: for each row the inputs, and the tokens that follow them.
///
/// Matrices are **time-major**, `[T, N]`: step t of row n is at `t * batchSize + n`.
public struct TokenBatch: Hashable, Sendable {
  /// The target that counts in no loss.
  public static let ignoredTarget: Token = -100

  /// The tokens that the model reads, `[T, N]`.
  public var inputs: [Token]

  /// The tokens that it should predict, `[T, N]`; `ignoredTarget` where there is none.
  public var targets: [Token]

  /// The number of rows, N.
  public var batchSize: Int

  /// The number of steps, T.
  public var sequenceLength: Int

  /// Whether every row starts anew, from the zero state; otherwise it goes on from the last batch.
  public var isFirst: Bool

  /// Creates an empty batch, to be loaded by a `BatchSource`.
  public init() {
    inputs = []
    targets = []
    batchSize = 0
    sequenceLength = 0
    isFirst = true
  }

  /// The number of targets that count in the loss.
  public var countedTargets: Int { targets.count { $0 != Self.ignoredTarget } }

  /// Makes this a batch of `sequenceLength` by `batchSize` without any target, keeping the storage.
  public mutating func clear(batchSize: Int, sequenceLength: Int, isFirst: Bool) {
    guard batchSize >= 0 && sequenceLength >= 0 else {
      fatalError("A batch of \(batchSize) by \(sequenceLength) steps has a negative size.")
    }
    let count = batchSize * sequenceLength
    inputs.removeAll(keepingCapacity: true)
    inputs.append(contentsOf: repeatElement(0, count: count))
    targets.removeAll(keepingCapacity: true)
    targets.append(contentsOf: repeatElement(Self.ignoredTarget, count: count))
    self.batchSize = batchSize
    self.sequenceLength = sequenceLength
    self.isFirst = isFirst
  }

  /// Fills a row with `count` consecutive inputs from `start` on and the target after each; the
  /// targets of the first `ignoring` steps stay ignored.
  ///
  /// Throws `FileError` if the tokens are in a file that cannot be read, and `TextError` if they have
  /// been damaged.
  public mutating func fill(
    row: Int, from tokens: Tokens, at start: Int, count: Int, ignoring: Int = 0
  ) throws {
    guard
      (0..<batchSize).contains(row) && (0...sequenceLength).contains(count) && ignoring >= 0
        && inputs.count == batchSize * sequenceLength && targets.count == inputs.count
    else {
      fatalError(
        "\(count) steps in row \(row) are not in a batch of \(batchSize) by \(sequenceLength).")
    }
    guard count > 0 else { return }
    let batchSize = batchSize
    try inputs.withUnsafeMutableBufferPointer { inputs in
      try targets.withUnsafeMutableBufferPointer { targets in
        try tokens.forEach(in: start..<start + count + 1) { step, token in
          if step < count { inputs[step * batchSize + row] = token }
          if step > ignoring { targets[(step - 1) * batchSize + row] = token }
        }
      }
    }
  }
}
