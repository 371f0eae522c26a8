internal import UnrollFormats
internal import UnrollModels
internal import UnrollNN
internal import UnrollTraining

extension TrainingRun {
  /// Writes the last checkpoint and the model, and measures that on the test part if the run came to its end.
  mutating func finish(
    _ ending: RunEnding, until shouldStop: ShouldStop, _ show: Show
  ) throws -> RunResult<Task.Model> {
    if trainer.current.isFinite, checkpoints?.lastStep != trainer.stepCount {
      try writeCheckpoint(show)
    }
    let written = WrittenModel(best: trainer.finiteState, measures)
    try write(written, test: nil, show)
    var test: Measure?
    if !ending.isEarly, task.has(.test) {
      test = try measure(written.model, on: .test, until: shouldStop, show)
      if test != nil { try write(written, test: test, show) }
    }
    var best: RunResult<Task.Model>.Best?
    if let found = trainer.best, let measure = measures.best, let last = measures.last,
      measure.cost < last.cost
    {
      best = .init(epoch: found.epoch, measure: measure)
      try show(.best(epoch: found.epoch, measure))
    }
    if let test { try show(.tested(test)) }
    try show(
      .wrote(
        WrittenReport(
          path: settings.settings.outputs.output, step: written.step,
          stepCount: trainer.stepCount, totalSteps: trainer.totalSteps(on: batches.data),
          seconds: watch.seconds)))
    // The folder is free for whoever goes on with the run.
    let checkpointFailure = checkpoints?.failure
    checkpoints = nil
    metrics = nil
    hasEnded = true
    return RunResult(
      model: written.model, ending: ending, step: written.step, validation: written.validation,
      test: test, best: best, record: modelRecord(of: written, test: test).file,
      checkpointFailure: checkpointFailure, metricsFailure: metricsFailure)
  }

  /// A weight beyond the precision of the file is no reason to lose the model.
  func write(_ written: WrittenModel<Task.Model>, test: Measure?, _ show: Show) throws {
    let record = modelRecord(of: written, test: test).file
    let outputs = settings.settings.outputs
    do {
      try written.model.write(
        to: outputs.output, training: record, precision: outputs.precision)
    } catch let error as ParameterError where error.code == .notRepresentable {
      try show(.note(RunNote(warning: "\(error.message); the model is written as f32")))
      try written.model.write(to: outputs.output, training: record)
    }
  }

  /// What is kept with a model about how it came to be.
  func modelRecord(
    of written: WrittenModel<Task.Model>, test: Measure? = nil
  ) -> ModelRecord<Task> {
    ModelRecord(
      settings: settings, identity: identity, steps: written.step, loss: written.loss,
      validation: written.validation, test: test, batchSize: batches.batchSize,
      sequenceLength: batches.sequenceLength, parameterCount: written.model.parameterCount)
  }
}
