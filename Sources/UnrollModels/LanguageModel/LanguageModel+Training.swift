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
