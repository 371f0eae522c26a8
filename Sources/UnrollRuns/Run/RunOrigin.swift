internal import UnrollFormats
internal import UnrollModels
internal import UnrollTraining

/// What a run begins from: initial values, the weights of a model, or a checkpoint.
public struct RunOrigin<Task: LearningTask> {
  /// The model whose weights a new run begins with.
  public let initial: Task.Model?
  /// The run that goes on.
  public let interrupted: InterruptedRun<Task>?

  /// Initial values that the seed gives.
  public static var initialValues: RunOrigin { RunOrigin(initial: nil, interrupted: nil) }

  /// The weights of a model; the run is a new one.
  public static func weights(_ model: Task.Model) -> RunOrigin {
    RunOrigin(initial: model, interrupted: nil)
  }

  /// A checkpoint; the run goes on.
  public static func checkpoint(_ run: InterruptedRun<Task>) -> RunOrigin {
    RunOrigin(initial: nil, interrupted: run)
  }
}

/// A run as its newest whole checkpoint has it. It has the folder for itself.
public final class InterruptedRun<Task: LearningTask> {
  /// What the run was asked for, with paths from the root.
  public let settings: RunSettings<Task.Settings>
  /// The model at the checkpoint.
  public let model: Task.Model
  /// The folder of checkpoints as it was given.
  public var folder: String { store.folder }
  /// The steps taken.
  public var step: Int { checkpoint.step }

  let store: CheckpointStore
  let checkpoint: Checkpoint
  let record: RunRecord<Task>

  /// Opens the run whose checkpoints are in a folder.
  ///
  /// - Parameters:
  ///   - folder: the folder of checkpoints.
  ///   - note: is given a warning for each newer checkpoint that is damaged, and if another version wrote this one.
  /// - Throws: `CheckpointError`, `FileError`, `RunError` if the checkpoint is of another task.
  public init(in folder: String, note: (RunNote) -> Void = { _ in }) throws {
    store = try CheckpointStore(opening: folder)
    checkpoint = try store.newest {
      note(RunNote(warning: "\(String(describing: $0)); going on from an earlier checkpoint"))
    }
    do {
      record = try RunRecord(parsing: checkpoint.record, of: checkpoint.path)
    } catch let error as JSONError {
      throw RunError(
        .otherTask, "'\(checkpoint.path)' was not written by a training run: \(error.message)")
    }
    var settings = record.settings
    settings.outputs.checkpoint = folder
    self.settings = settings
    model = try ModelFile(checkpoint.model).model()
    if record.version != unrollVersion {
      note(
        RunNote(
          warning:
            "'\(checkpoint.path)' is by unroll \(record.version) and this is \(unrollVersion): the rest may differ in digits"
        ))
    }
  }

  /// - Throws: `RunError` naming a setting that changes the result and has another value now.
  func check(_ settings: RunSettings<Task.Settings>) throws(RunError) {
    guard let difference = settings.differences(from: record.settings).first else { return }
    throw RunError(
      .otherSetting,
      "\(.setting(difference.name)) was \(difference.was.description) when the run began and is "
        + "\(difference.is.description) now: leave it out, or begin a new run with \(.setting("initFrom"))"
    )
  }

  /// - Throws: `RunError` naming the difference if the data are not those of the run.
  func check(_ identity: DataIdentity) throws(RunError) {
    guard let difference = identity.difference(from: record.identity) else { return }
    throw RunError(
      .otherData,
      "the run in '\(folder)' cannot go on with another text: \(difference); "
        + "give the same text, or begin a new run with \(.setting("initFrom"))")
  }

  /// The bytes to keep of a file of metrics; `nil` if it is not the one of the run.
  func metricsSize(of path: String) -> Int? {
    record.settings.outputs.metrics == absolutePath(path) ? record.metricsSize : nil
  }
}
