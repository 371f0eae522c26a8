/// How far a run has come, in numbers.
public struct TrainingCounters: Sendable, Hashable {
  /// A validation loss that none before was below.
  public struct Best: Sendable, Hashable {
    /// The loss in nats.
    public let loss: Double
    /// The mean training loss of the epoch before it, in nats.
    public let trainingLoss: Double?
    /// The epochs after which it was measured; one that was not over counts as well.
    public let epoch: Int
    /// The steps after which it was measured.
    public let step: Int
    /// The retreats before it was measured.
    public let retreatCount: Int
  }

  /// The steps taken, skipped ones included.
  public internal(set) var stepCount = 0
  /// How often the validation loss has stopped improving, for the plateau schedule.
  public internal(set) var plateauCount = 0
  /// The epochs since the validation loss last improved or a plateau was counted; in a run of one epoch or less, tenths of it.
  public internal(set) var epochsOnPlateau = 0
  /// The epochs since the best validation loss; in a run of one epoch or less, tenths of it.
  public internal(set) var epochsSinceBest = 0
  /// The lowest validation loss so far.
  public internal(set) var best: Best?
  /// The last validation loss, in nats.
  public internal(set) var validationLoss: Double?
  /// Whether the model after the last step has still to be measured.
  public internal(set) var isValidationPending = false
  /// The loss of all targets since the epoch began, in nats.
  public internal(set) var epochNats = 0.0
  /// These targets.
  public internal(set) var epochTargets = 0
  /// The steps skipped since the last that was not.
  public internal(set) var skippedInARow = 0
  /// How often the run went back to a good state; each time halves the learning rate.
  public internal(set) var retreatCount = 0

  /// The mean training loss since the epoch began, in nats; `nil` as long as no step of it was taken.
  public var meanLoss: Double? { epochTargets > 0 ? epochNats / Double(epochTargets) : nil }

  /// Notes a step that was not skipped.
  mutating func didUpdate(loss: Double, targetCount: Int) {
    epochNats += loss * Double(targetCount)
    epochTargets += targetCount
    skippedInARow = 0
  }

  /// Notes a validation loss; one that is not finite is no improvement.
  ///
  /// - Parameter patience: that of the plateau schedule, if it is the one.
  /// - Returns: whether it is the best so far.
  mutating func note(validationLoss loss: Double, afterEpochs epochs: Int, patience: Int?) -> Bool {
    validationLoss = loss
    if loss < best?.loss ?? .infinity {
      best = Best(
        loss: loss, trainingLoss: meanLoss, epoch: epochs, step: stepCount,
        retreatCount: retreatCount)
      epochsOnPlateau = 0
      epochsSinceBest = 0
      return true
    }
    epochsOnPlateau += 1
    epochsSinceBest += 1
    if let patience, epochsOnPlateau > patience {
      plateauCount += 1
      epochsOnPlateau = 0
    }
    return false
  }
}
