import Unroll
import UnrollModels
import UnrollTraining

/// When a run's checkpoints are written, and what became of the last.
struct RunCheckpoints {
  let store: CheckpointStore
  private let interval: CheckpointInterval?
  private let keepLast: Int
  private let watch = Stopwatch()
  private var lastTime = 0.0
  /// The step after which the last was written, or tried to be.
  private(set) var lastStep: Int?
  /// Why the last one could not be written, if it could not.
  private(set) var failure: (any Error)?

  init(_ store: CheckpointStore, _ options: CheckpointOptions) {
    self.store = store
    interval = options.interval
    keepLast = options.keepLast
  }

  /// Whether one is due after a step. The best validation loss always gets one.
  func isDue(after step: Int, isEpochEnd: Bool, isBest: Bool) -> Bool {
    let seconds = watch.seconds - lastTime
    switch interval {
    case _ where isBest: return true
    case .steps(let count): return step % count == 0
    case .time(let span): return seconds >= span.seconds
    case nil: return isEpochEnd || seconds >= 600
    }
  }

  /// Writes one. Where that fails the older ones stay, and training goes on: the failure is kept until the next one succeeds.
  mutating func write(
    _ trainer: Trainer<LanguageModel>, on data: TrainingData<LanguageModel.Batch>,
    record: RunRecord, metadata: [String: String]
  ) {
    do {
      try store.write(
        trainer, on: data, record: record.text, metadata: metadata, keepLast: keepLast)
      failure = nil
    } catch {
      failure = error
    }
    lastTime = watch.seconds
    lastStep = trainer.stepCount
  }

  /// The command that goes on with the run.
  var resumeCommand: String { "unroll train --resume \(shellQuoted(store.folder))" }
}
