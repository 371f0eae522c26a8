/// What `Trainer.fit` tells after an epoch, and at the end of the run.
public struct EpochSummary: Sendable, Hashable {
  /// The epochs that are done; the last one may have been cut short by the plan's step limit.
  public let epochs: Int
  /// The mean training loss over the targets of the epoch, in nats, each measured before its step.
  public let trainingLoss: Double
  /// The validation loss, if there is one.
  public let validationLoss: Double?
  /// Whether the validation loss is the lowest so far.
  public let isBest: Bool
}
