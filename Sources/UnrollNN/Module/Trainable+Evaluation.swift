internal import UnrollTensor

extension Trainable {
  /// The loss of all targets of some batches, without dropout, with the state carried from each to the next.
  ///
  /// - Parameters:
  ///   - count: how many batches.
  ///   - batch: the batch of a number, from 0.
  /// - Returns: the sum in nats, and the number of targets.
  /// - Throws: what `batch` throws.
  public func totalLoss(
    ofBatches count: Int, _ batch: (_ number: Int) throws -> Batch
  ) rethrows -> (nats: Double, count: Int) {
    try totalLoss(ofBatches: count, onProgress: { _ in }, shouldStop: { false }, batch) ?? (0, 0)
  }

  /// The same, or `nil` if `shouldStop` says so before one of the batches; `onProgress` is told the share that is done.
  package func totalLoss(
    ofBatches count: Int, onProgress: (_ share: Double) -> Void, shouldStop: () -> Bool,
    _ batch: (_ number: Int) throws -> Batch
  ) rethrows -> (nats: Double, count: Int)? {
    var total = (nats: 0.0, count: 0)
    let isWhole = try forEachBatch(
      of: count, onProgress: onProgress, shouldStop: shouldStop, batch
    ) { _, batch, state in
      var mode = Mode.evaluation
      let loss = totalLoss(of: batch, state: &state, mode: &mode)
      if batch.targetCount > 0 {
        // By way of the mean as a float, which is what a training step reports.
        total.nats += Double(loss.scalar / Float(batch.targetCount)) * Double(batch.targetCount)
        total.count += batch.targetCount
      }
    }
    return isWhole ? total : nil
  }

  /// Gives some batches to `body`, in order, with the state that the one before left, or zeros where rows start anew.
  ///
  /// - Returns: false if `shouldStop` said so before one of them.
  package func forEachBatch(
    of count: Int, onProgress: (_ share: Double) -> Void, shouldStop: () -> Bool,
    _ batch: (_ number: Int) throws -> Batch,
    _ body: (_ number: Int, Batch, inout State) throws -> Void
  ) rethrows -> Bool {
    var carried: State?
    for number in 0..<count {
      if shouldStop() { return false }
      let batch = try batch(number)
      var state =
        carried.flatMap { batch.startsAnew ? nil : $0 } ?? startingState(rows: batch.rowCount)
      try body(number, batch, &state)
      carried = state
      onProgress(Double(number + 1) / Double(count))
    }
    return true
  }
}
