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
      self.init(
        inputs: Indices(batch.inputs, shape: shape), targets: Indices(batch.targets, shape: shape),
        startsAnew: batch.isFirst)
    }

    private init(inputs: Indices, targets: Indices, startsAnew: Bool) {
      self.inputs = inputs
      self.targets = targets
      self.startsAnew = startsAnew
      targetCount = targets.values.count { $0 != TokenBatch.ignoredTarget }
    }

    /// N.
    public var rowCount: Int { inputs.shape[1] }

    /// The same steps of some of the rows.
    public func rows(_ range: Range<Int>) -> Batch {
      Batch(
        inputs: inputs.sliced(range, axis: 1), targets: targets.sliced(range, axis: 1),
        startsAnew: startsAnew)
    }
  }

  /// Zeros for N rows.
  public func startingState(rows: Int) -> RecurrentState { initialState(batchSize: rows) }

  /// ln V.
  public var guessingLoss: Double? {
    UnrollModels.guessingLoss(ofClasses: tokenizer.vocabulary.count)
  }

  /// The cross entropy in nats of the tokens that follow, all together; in training with label smoothing and penalties.
  public func totalLoss(
    of batch: Batch, state: inout RecurrentState, mode: inout Mode
  ) -> Tensor {
    var isTraining = false
    if case .training = mode { isTraining = true }
    let regularization = isTraining ? configuration.regularization : Regularization()
    let output = output(after: batch.inputs, state: &state, mode: &mode)
    let loss = linearCrossEntropy(
      output.dropped, weight: usedOutputWeight, bias: outputBias, batch.targets,
      ignored: TokenBatch.ignoredTarget, labelSmoothing: regularization.labelSmoothing)
    guard regularization.hasPenalty else { return loss }
    return loss + Float(batch.targetCount) * regularization.penalty(of: output)
  }
}

extension Regularization {
  /// What the loss of a target gets for the last layer's outputs `[T, N, H]`.
  fileprivate func penalty(of output: (whole: Tensor, dropped: Tensor)) -> Tensor {
    var penalty = activationPenalty * (output.dropped * output.dropped).mean()
    let steps = output.whole.shape[0]
    if temporalPenalty > 0, steps > 1 {
      let change =
        output.whole.sliced(1..<steps, axis: 0) - output.whole.sliced(0..<steps - 1, axis: 0)
      penalty = penalty + temporalPenalty * (change * change).mean()
    }
    return penalty
  }
}
