extension TrainingData {
  /// Creates batches of examples, which come in another order in each epoch.
  ///
  /// The order is a function of the seed and the epoch alone, so a run that goes on from a checkpoint meets the same batches.
  /// Every example comes once in each epoch; where they do not come out even, the last batch is smaller.
  ///
  /// - Parameters:
  ///   - examples: at least one.
  ///   - batchSize: the examples of a batch.
  ///   - seed: of the order.
  ///   - batch: makes a batch of examples.
  public init<Example: Sendable>(
    shuffling examples: [Example], batchSize: Int, seed: UInt64,
    batch: @escaping @Sendable (_ examples: [Example]) throws -> Batch
  ) {
    let order = EpochOrder(count: examples.count, seed: seed)
    self.init(examples.count, batchSize) { epoch, range in
      try batch(order.indices(ofEpoch: epoch)[range].map { examples[$0] })
    }
  }

  /// Creates batches of examples, which come in their own order in each epoch: for evaluation.
  ///
  /// - Parameters:
  ///   - examples: at least one.
  ///   - batchSize: the examples of a batch; the last one may be smaller.
  ///   - batch: makes a batch of examples.
  public init<Example: Sendable>(
    inOrder examples: [Example], batchSize: Int,
    batch: @escaping @Sendable (_ examples: [Example]) throws -> Batch
  ) {
    self.init(examples.count, batchSize) { _, range in try batch(Array(examples[range])) }
  }

  private init(
    _ count: Int, _ batchSize: Int,
    batch: @escaping @Sendable (_ epoch: Int, _ range: Range<Int>) throws -> Batch
  ) {
    guard count > 0, batchSize > 0 else {
      fatalError(
        "Training data of \(count) examples in batches of \(batchSize): both are at least 1")
    }
    let stepsPerEpoch = (count - 1) / batchSize + 1
    self.init(stepsPerEpoch: stepsPerEpoch) { step in
      let start = step % stepsPerEpoch * batchSize
      return try batch(step / stepsPerEpoch, start..<min(start + batchSize, count))
    }
  }
}
