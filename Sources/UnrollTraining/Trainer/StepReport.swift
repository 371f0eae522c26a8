/// What one step of training did.
public struct StepReport: Sendable, Hashable {
  /// What became of the step.
  public enum Outcome: Sendable, Hashable {
    /// The parameters were moved.
    case updated
    /// Nothing was moved, since a number was not finite: the loss, or the gradient of the parameter that is named.
    case skipped(String)
    /// As before, and for too long: the run went back to the state after a step, with half the learning rate.
    case retreated(String, toStep: Int)
  }

  /// The step's number, from 1.
  public let step: Int
  /// The epoch it belongs to, from 0.
  public let epoch: Int
  /// The mean loss of its batch before the update, in nats.
  public let loss: Double
  /// The targets of its batch.
  public let targetCount: Int
  /// The learning rate it used.
  public let learningRate: Double
  /// The norm of the gradient before it was limited.
  public let gradientNorm: Double
  /// What became of it.
  public let outcome: Outcome
  /// The epochs that are done, if the step ended one or the run.
  public let epochsDone: Int?
  /// Whether a validation loss should be noted now: after an epoch and at the end of the run; and, in a run of one epoch or less
  /// whose plan has a plateau schedule or a patience, after each tenth of it.
  public let isValidationDue: Bool
}
