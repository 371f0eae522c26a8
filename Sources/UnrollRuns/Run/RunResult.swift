public import UnrollModels

/// Why a run ended.
public enum RunEnding: Hashable, Sendable {
  /// All steps were taken.
  case done
  /// The validation no longer improves.
  case outOfPatience
  /// The time is over; the run can go on.
  case timeLimit
  /// Somebody wanted it; the run can go on.
  case interrupted

  /// Whether the run has steps left to take.
  public var isEarly: Bool { self == .timeLimit || self == .interrupted }
}

/// What a run came to.
public struct RunResult<Model: Sendable>: Sendable {
  /// The epoch with the best measure.
  public struct Best: Hashable, Sendable {
    /// The epochs that were done.
    public let epoch: Int
    /// The measure after them.
    public let measure: Measure
  }

  /// The written model: the best, or the last where none was measured or steps were taken since the last measure was the best.
  public let model: Model
  /// Why the run ended.
  public let ending: RunEnding
  /// The step that the model is from.
  public let step: Int
  /// The measure of the model on what was kept for validation.
  public let validation: Measure?
  /// Its measure on what was kept for testing, if the run came to its end.
  public let test: Measure?
  /// The best epoch and its measure, if the last epoch was worse.
  public let best: Best?
  /// What the model file says about its training.
  public let record: TrainingRecord
  /// Why the last checkpoint could not be written, if it could not.
  public let checkpointFailure: (any Error)?
  /// Why metrics could not be written to the end, if they could not.
  public internal(set) var metricsFailure: (any Error)?
}
