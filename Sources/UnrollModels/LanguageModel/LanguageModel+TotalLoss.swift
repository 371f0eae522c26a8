internal import UnrollNN
internal import UnrollTensor
public import UnrollText

extension LanguageModel {
  /// The loss over all targets of one epoch of batches, without dropout, with the state carried between them.
  ///
  /// - Returns: the sum in nats, and the number of targets.
  /// - Throws: what the batches throw if their data cannot be read.
  public func totalLoss(over batches: some BatchSource) throws -> (nats: Double, count: Int) {
    try totalLoss(over: batches, onProgress: { _ in }, shouldStop: { false }) ?? (0, 0)
  }

  /// The loss over all targets of one epoch of batches, or `nil` if `shouldStop` says so before one of them.
  func totalLoss(
    over batches: some BatchSource, onProgress: (_ share: Double) -> Void,
    shouldStop: () -> Bool
  ) throws -> (nats: Double, count: Int)? {
    var carried: RecurrentState?
    var dropout: RandomStream?
    var tokens = TokenBatch()
    var total = (nats: 0.0, count: 0)
    for step in 0..<batches.batchesPerEpoch {
      if shouldStop() { return nil }
      try batches.load(step, into: &tokens)
      let batch = Batch(tokens)
      var state = (batch.startsAnew ? nil : carried) ?? startingState(for: batch)
      let mean = loss(of: batch, state: &state, dropout: &dropout).scalar
      carried = state
      if batch.targetCount > 0 {
        total.nats += Double(mean) * Double(batch.targetCount)
        total.count += batch.targetCount
      }
      onProgress(Double(step + 1) / Double(batches.batchesPerEpoch))
    }
    return total
  }
}
