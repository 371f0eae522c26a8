internal import UnrollNN
public import UnrollText

extension LanguageModel {
  /// The loss over all targets of one epoch of batches, without dropout, with the state carried between them.
  ///
  /// - Returns: the sum in nats, and the number of targets.
  /// - Throws: what the batches throw if their data cannot be read.
  public func totalLoss(over batches: some BatchSource) throws -> (nats: Double, count: Int) {
    try totalLoss(over: batches, onProgress: { _ in }, shouldStop: { false }) ?? (0, 0)
  }

  /// The same, or `nil` if `shouldStop` says so before one of the batches; `onProgress` is told the share that is done.
  func totalLoss(
    over batches: some BatchSource, onProgress: (_ share: Double) -> Void,
    shouldStop: () -> Bool
  ) throws -> (nats: Double, count: Int)? {
    var tokens = TokenBatch()
    return try totalLoss(
      ofBatches: batches.batchesPerEpoch, onProgress: onProgress, shouldStop: shouldStop
    ) { number in
      try batches.load(number, into: &tokens)
      return Batch(tokens)
    }
  }
}
