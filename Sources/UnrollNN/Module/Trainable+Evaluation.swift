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
    var carried: State?
    var total = (nats: 0.0, count: 0)
    for number in 0..<count {
      let batch = try batch(number)
      var state =
        carried.flatMap { batch.startsAnew ? nil : $0 } ?? startingState(rows: batch.rowCount)
      var mode = Mode.evaluation
      let loss = totalLoss(of: batch, state: &state, mode: &mode)
      carried = state
      guard batch.targetCount > 0 else { continue }
      // By way of the mean as a float, which is what a training step reports.
      total.nats += Double(loss.scalar / Float(batch.targetCount)) * Double(batch.targetCount)
      total.count += batch.targetCount
    }
    return total
  }
}
