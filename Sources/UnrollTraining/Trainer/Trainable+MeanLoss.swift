public import UnrollNN

extension Trainable {
  /// The mean loss over all targets of one epoch of data in nats, without dropout, with the state carried from batch to batch.
  ///
  /// - Returns: NaN if no target counts.
  /// - Throws: what the data throws if a batch cannot be read.
  public func meanLoss(over data: TrainingData<Batch>) throws -> Double {
    let total = try totalLoss(ofBatches: data.stepsPerEpoch, data.batch)
    return total.nats / Double(total.count)
  }
}
