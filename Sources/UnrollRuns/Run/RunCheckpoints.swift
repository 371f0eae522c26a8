internal import UnrollTraining

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

  init(_ store: CheckpointStore, _ settings: OutputSettings) {
    self.store = store
    interval = settings.checkpointEvery
    keepLast = settings.keepLast
  }

  /// Whether one is due after a step. The best model always gets one.
  func isDue(after step: Int, isEpochEnd: Bool, isBest: Bool) -> Bool {
    let seconds = watch.seconds - lastTime
    switch interval {
    case _ where isBest: return true
    case .steps(let count): return step % count == 0
    case .time(let span): return seconds >= span.seconds
    case nil: return isEpochEnd || seconds >= 600
    }
  }

  /// Writes one. Where that fails the older ones stay, and the failure is kept until the next one succeeds.
  mutating func write<Task: LearningTask>(
    _ trainer: Trainer<Task.Model>, on data: TrainingData<Task.Model.Batch>,
    record: RunRecord<Task>, metadata: [String: String]
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
}
