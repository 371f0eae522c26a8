internal import UnrollNN

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
  /// The epochs since the validation loss last improved enough or a plateau was counted; in a run of one epoch or less, tenths of it.
  public internal(set) var epochsOnPlateau = 0
  /// The loss that the next one has to be below to be no plateau, for the plateau schedule.
  public internal(set) var plateauLoss: Double?
  /// The epochs in which the plateau schedule still counts nothing.
  public internal(set) var cooldownLeft = 0
  /// The epochs since the best validation loss; in a run of one epoch or less, tenths of it.
  public internal(set) var epochsSinceBest = 0
  /// The lowest validation loss so far.
  public internal(set) var best: Best?
  /// The last validation loss, in nats.
  public internal(set) var validationLoss: Double?
  /// All validation losses, in nats, as long as averaging waits for them to stop improving.
  public internal(set) var validationLosses: [Double] = []
  /// Whether they have stopped, so that weights are averaged.
  public internal(set) var hasStalled = false
  /// The steps whose weights the averaged model is a mean of.
  public internal(set) var averagedSteps = 0
  /// Whether the model after the last step has still to be measured.
  public internal(set) var isValidationPending = false
  /// The loss of all targets since the epoch began, in nats.
  public internal(set) var epochNats = 0.0
  /// These targets.
  public internal(set) var epochTargets = 0
  /// The steps skipped since the last that was not.
  public internal(set) var skippedInARow = 0
  /// Whether a step's loss was as good as guessing, or better.
  public internal(set) var hasReachedGuessing = false
  /// The steps, one after the other, that were worse than guessing after some that were not.
  public internal(set) var worseThanGuessingInARow = 0
  /// How often the run went back to a good state; each time halves the learning rate.
  public internal(set) var retreatCount = 0

  /// The mean training loss since the epoch began, in nats; `nil` as long as no step of it was taken.
  public var meanLoss: Double? { epochTargets > 0 ? epochNats / Double(epochTargets) : nil }

  /// Notes a step that was not skipped.
  ///
  /// - Parameter guessingLoss: the loss of guessing, if it is known. A loss up to a twentieth above that counts as no worse, as
  ///   initial values have it.
  mutating func didUpdate(loss: Double, targetCount: Int, guessingLoss: Double?) {
    epochNats += loss * Double(targetCount)
    epochTargets += targetCount
    skippedInARow = 0
    guard let guessingLoss else { return }
    if loss <= 1.05 * guessingLoss {
      hasReachedGuessing = true
      worseThanGuessingInARow = 0
    } else if hasReachedGuessing {
      worseThanGuessingInARow += 1
    }
  }

  /// Notes a validation loss; one that is not finite is no improvement.
  ///
  /// - Returns: whether it is the best so far.
  mutating func note(
    validationLoss loss: Double, afterEpochs epochs: Int, _ plan: TrainingPlan
  ) -> Bool {
    validationLoss = loss
    if case .plateau(let rule) = plan.schedule.shape { note(loss, rule) }
    if case .whenStalled(let interval) = plan.averaging, !hasStalled {
      hasStalled = validationLosses.dropLast(interval).min().map { loss > $0 } ?? false
      // A file of JSON has finite numbers only.
      if loss.isFinite { validationLosses.append(loss) }
      if hasStalled { validationLosses = [] }
    }
    guard loss < best?.loss ?? .infinity else {
      epochsSinceBest += 1
      return false
    }
    best = Best(
      loss: loss, trainingLoss: meanLoss, epoch: epochs, step: stepCount,
      retreatCount: retreatCount)
    epochsSinceBest = 0
    return true
  }

  /// Counts epochs on a plateau, as PyTorch's `ReduceLROnPlateau` does.
  private mutating func note(_ loss: Double, _ rule: Plateau) {
    if let plateauLoss, !(loss < plateauLoss - rule.threshold * abs(plateauLoss)) {
      epochsOnPlateau += 1
    } else if loss.isFinite {
      plateauLoss = loss
      epochsOnPlateau = 0
    }
    if cooldownLeft > 0 {
      cooldownLeft -= 1
      epochsOnPlateau = 0
    }
    if epochsOnPlateau > rule.patience {
      plateauCount += 1
      cooldownLeft = rule.cooldown
      epochsOnPlateau = 0
    }
  }
}
