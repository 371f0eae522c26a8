/// Batches by number: a step's batch is a function of the step alone, so that a run can go on from anywhere.
public struct TrainingData<Batch>: Sendable {
  /// The batches that go through the data once.
  public let stepsPerEpoch: Int
  /// The batch of a step, counted from 0 over all epochs.
  public let batch: @Sendable (_ step: Int) throws -> Batch

  /// Creates data of `stepsPerEpoch` batches an epoch.
  public init(stepsPerEpoch: Int, batch: @escaping @Sendable (_ step: Int) throws -> Batch) {
    guard stepsPerEpoch > 0 else {
      fatalError("Training data of \(stepsPerEpoch) steps an epoch: there is at least one")
    }
    self.stepsPerEpoch = stepsPerEpoch
    self.batch = batch
  }
}
