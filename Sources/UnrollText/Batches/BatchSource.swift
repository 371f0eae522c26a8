/// Where batches come from: a function of the step alone, so that any step can be asked for again.
public protocol BatchSource: Sendable {
  /// The greatest number of rows of a batch, N.
  var batchSize: Int { get }

  /// The greatest number of steps of a batch, T.
  var sequenceLength: Int { get }

  /// The number of batches that go through the data once.
  var batchesPerEpoch: Int { get }

  /// Writes the batch of a step, counted from zero over all epochs, into `batch`, whose storage is
  /// used again.
  ///
  /// Throws `FileError` if the data are in a file that cannot be read, and `TextError` if they have
  /// been damaged.
  func load(_ step: Int, into batch: inout TokenBatch) throws
}

extension BatchSource {
  /// The batch of a step, counted from zero over all epochs.
  ///
  /// Throws what `load(_:into:)` throws.
  public func batch(at step: Int) throws -> TokenBatch {
    var batch = TokenBatch()
    try load(step, into: &batch)
    return batch
  }

  /// The position of a step in its epoch.
  func position(of step: Int) -> Int {
    guard step >= 0 else { fatalError("Step \(step) is negative.") }
    return step % batchesPerEpoch
  }
}
