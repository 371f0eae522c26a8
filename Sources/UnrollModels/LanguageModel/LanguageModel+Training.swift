public import UnrollNN
public import UnrollTensor
public import UnrollText

extension LanguageModel: Trainable {
  /// Tokens and what follows each of them.
  public struct Batch: TrainingBatch {
    /// `[T, N]`.
    public let inputs: Indices
    /// `[T, N]`, `TokenBatch.ignoredTarget` where there is none.
    public let targets: Indices
    /// Whether the rows start anew, from zeros.
    public let startsAnew: Bool
    /// The number of targets that count.
    public let targetCount: Int

    /// Creates a batch from what a text source gives.
    public init(_ batch: TokenBatch) {
      let shape: Shape = [batch.sequenceLength, batch.batchSize]
      inputs = Indices(batch.inputs, shape: shape)
      targets = Indices(batch.targets, shape: shape)
      startsAnew = batch.isFirst
      targetCount = batch.countedTargets
    }
  }

  /// Zeros for the batch's rows.
  public func startingState(for batch: Batch) -> RecurrentState {
    initialState(batchSize: batch.inputs.shape[1])
  }

  /// The mean cross entropy in nats of the tokens that follow.
  public func loss(of batch: Batch, state: inout RecurrentState, dropout: inout RandomStream?)
    -> Tensor
  {
    crossEntropy(
      logits(after: batch.inputs, state: &state, dropout: &dropout), batch.targets,
      ignored: TokenBatch.ignoredTarget)
  }
}

extension LanguageModel {
  /// The loss over all targets of one epoch of batches, without dropout, with the state carried between them.
  ///
  /// - Returns: the sum in nats, and the number of targets.
  /// - Throws: what the batches throw if their data cannot be read.
  public func totalLoss(over batches: some BatchSource) throws -> (nats: Double, count: Int) {
    var state = initialState(batchSize: 0)
    var dropout: RandomStream?
    var tokens = TokenBatch()
    var total = (nats: 0.0, count: 0)
    for step in 0..<batches.batchesPerEpoch {
      try batches.load(step, into: &tokens)
      let batch = Batch(tokens)
      if batch.startsAnew { state = startingState(for: batch) }
      let mean = loss(of: batch, state: &state, dropout: &dropout).scalar
      guard batch.targetCount > 0 else { continue }
      total.nats += Double(mean) * Double(batch.targetCount)
      total.count += batch.targetCount
    }
    return total
  }
}
