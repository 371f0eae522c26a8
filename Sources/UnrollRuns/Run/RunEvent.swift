public import UnrollTraining

/// What happens in a run, in order. A program shows of it what it likes.
public enum RunEvent: Sendable {
  /// Something that the user should know.
  case note(RunNote)
  /// The run is about to take its first step, or to go on.
  case began(RunBeginning)
  /// A step was taken.
  case step(StepReport, RunPace)
  /// The model is being measured; the share from 0 to 1 that is done.
  case measuring(Double)
  /// An epoch ended.
  case epoch(EpochReport)
  /// How the numbers of the parameters are distributed after an epoch, where ``OutputSettings/tensorboard`` asks for it.
  case parameters([ParameterHistogram])
  /// What the model does so far.
  case sample(String)
  /// A checkpoint was written.
  case checkpoint(step: Int)
  /// A checkpoint could not be written. Older ones stay, training goes on, and the next is tried when it is due.
  case checkpointFailed(any Error)
  /// Metrics can no longer be written; training goes on without them.
  case metricsFailed(any Error)
  /// The run ended, and an earlier epoch had a better measure than the last.
  case best(epoch: Int, Measure)
  /// The written model was measured on data kept for testing.
  case tested(Measure)
  /// The model was written.
  case wrote(WrittenReport)
}

/// What a run is about to do.
public struct RunBeginning: Hashable, Sendable {
  /// How much there is to learn from.
  public let data: DataSizes
  /// The steps of an epoch.
  public let stepsPerEpoch: Int
  /// N, the rows of a batch.
  public let batchSize: Int
  /// T, the steps of a window.
  public let sequenceLength: Int
  /// The kind of cell.
  public let cell: CellChoice
  /// The trainable numbers.
  public let parameterCount: Int
  /// The threads.
  public let threadCount: Int
  /// The optimizer.
  public let optimizer: OptimizerChoice
  /// Its base learning rate.
  public let learningRate: Double
  /// How that changes.
  public let schedule: ScheduleChoice
  /// The steps that are taken already; 0 in a new run.
  public let stepCount: Int
  /// The steps of the whole run.
  public let totalSteps: Int
  /// The epochs of the whole run; the last may be a part of one.
  public let epochs: Int
}

/// What an epoch came to.
public struct EpochReport: Hashable, Sendable {
  /// The epochs that are done.
  public let epoch: Int
  /// The epochs of the whole run.
  public let epochs: Int
  /// The steps taken.
  public let step: Int
  /// The steps of the whole run.
  public let totalSteps: Int
  /// The mean training loss of the epoch, in nats; `nil` if all its steps were skipped.
  public let loss: Double?
  /// How good the model is on what is kept for validation; `nil` if nothing is.
  public let validation: Measure?
  /// Whether no epoch before had a better measure.
  public let isBest: Bool
  /// How fast the epoch was.
  public let pace: RunPace
}

/// A model file.
public struct WrittenReport: Hashable, Sendable {
  /// Where it is.
  public let path: String
  /// The step that the model is from.
  public let step: Int
  /// The steps that the run has taken.
  public let stepCount: Int
  /// The steps of the whole run.
  public let totalSteps: Int
  /// Seconds since the run began or went on.
  public let seconds: Double
}
