internal import UnrollFormats
internal import UnrollModels
internal import UnrollNN
internal import UnrollTensor
internal import UnrollTraining

extension TrainingRun {
  /// Takes the steps that are left and writes the model; can be called once.
  ///
  /// - Parameters:
  ///   - show: is given what happens.
  ///   - shouldStop: is asked after each step, with its number, and while the model is measured; when it says yes, the run writes a
  ///     checkpoint and the model so far, and ends.
  /// - Throws: `RunError` with code `diverged` if numbers stay beyond what a float can hold. What the data throw if they can no
  ///   longer be read, and what `show` throws: the model so far is written first.
  public mutating func train(
    _ show: (RunEvent) throws -> Void = { _ in },
    until shouldStop: (_ step: Int) -> Bool = { _ in false }
  ) throws -> RunResult<Task.Model> {
    guard !hasEnded else {
      throw RunError(.ended, "the run has ended: go on with a new value made from its checkpoints")
    }
    return try Threads.withCount(settings.settings.threads ?? Threads.count) {
      if journal.metrics == nil {
        journal.metrics = try journal.outputs.metrics.map { try MetricsFile(path: $0) }
      }
      let beginning = beginning
      try writeBeginning(beginning, show)
      try show(.began(beginning))
      let isFinished = trainer.isDone(on: journal.data)
      if isFinished, trainer.stepCount > 0, !trainer.current.counters.isValidationPending {
        try show(.note(RunNote("the run is finished: there is no step left to take")))
      }
      let ending = try Self.takeSteps(&trainer, &journal, show, until: shouldStop)
      return try finish(ending, show, until: shouldStop)
    }
  }

  /// The first line of metrics has the whole run; a run that goes on says where, and on what machine.
  private mutating func writeBeginning(_ beginning: RunBeginning, _ show: Show) throws {
    let (settings, identity) = (settings.settings, journal.identity)
    let isNew = journal.metrics?.size == 0
    try journal.writeMetrics(show) { metrics in
      if isNew { try metrics.writeRun(of: Task.self, settings, identity, beginning) }
      if beginning.stepCount > 0 { try metrics.writeResumption(beginning) }
    }
  }

  private var beginning: RunBeginning {
    RunBeginning(
      data: task.sizes, stepsPerEpoch: journal.data.stepsPerEpoch,
      batchSize: journal.batches.batchSize, sequenceLength: journal.batches.sequenceLength,
      cell: settings.settings.model.cell, parameterCount: trainer.model.parameterCount,
      threadCount: Threads.count, optimizer: settings.settings.optimizer.optimizer,
      learningRate: settings.settings.optimizer.rate,
      schedule: settings.settings.schedule.schedule, stepCount: trainer.stepCount,
      totalSteps: trainer.totalSteps(on: journal.data), epochs: journal.plan.epochs)
  }

  private static func takeSteps(
    _ trainer: inout Trainer<Task.Model>, _ journal: inout RunJournal<Task>, _ show: Show,
    until shouldStop: ShouldStop
  ) throws -> RunEnding {
    let limit = journal.settings.settings.ending.timeLimit?.seconds ?? .infinity
    let watch = journal.watch
    var isTimeOver = false
    do {
      let isDone = try trainer.run(
        on: journal.data,
        validation: { try journal.validation(of: $0, until: shouldStop, show) },
        onStep: { try journal.didStep($0, $1, show) },
        onValidation: { try journal.didValidate($0, $1, until: shouldStop, show) },
        shouldStop: { trainer in
          isTimeOver = watch.seconds >= limit
          return shouldStop(trainer.stepCount) || isTimeOver
        })
      guard isDone else { return isTimeOver ? .timeLimit : .interrupted }
      return trainer.isOutOfPatience ? .outOfPatience : .done
    } catch let error as TrainingError {
      throw try givingUp(because: error, trainer, journal, show)
    } catch {
      try writeSoFar(trainer, &journal, show)
      throw error
    }
  }

  // MARK: Ends before the end

  /// Keeps the last good model of a run that cannot go on, unless it has hardly begun.
  private static func givingUp(
    because error: TrainingError, _ trainer: Trainer<Task.Model>, _ journal: RunJournal<Task>,
    _ show: Show
  ) throws -> RunError {
    var outcome = "no model was written"
    if trainer.stepCount > 1 {
      try journal.write(journal.written(trainer.current), show)
      outcome = "'\(journal.outputs.output)' has the model after step \(trainer.stepCount)"
    }
    return RunError(
      .diverged,
      "\(error), and \(outcome): try a lower \(.setting("learningRate")) than "
        + "\(journal.settings.settings.optimizer.rate) or a lower \(.setting("gradientNormLimit"))"
    )
  }

  /// Keeps what there is of a run that ends with an error.
  private static func writeSoFar(
    _ trainer: Trainer<Task.Model>, _ journal: inout RunJournal<Task>, _ show: Show
  ) throws {
    guard trainer.stepCount > 0 else { return }
    let quiet: Show = { _ in }
    if trainer.current.isFinite { try journal.writeCheckpoint(of: trainer, quiet) }
    try journal.write(journal.written(trainer.finiteState), quiet)
    try show(
      .note(
        RunNote(
          "wrote \(journal.outputs.output) after step \(trainer.stepCount) of "
            + "\(trainer.totalSteps(on: journal.data)): the run cannot go on")))
  }

  // MARK: The end

  /// Writes the last checkpoint and the model, and measures that on the test part if the run came to its end.
  private mutating func finish(
    _ ending: RunEnding, _ show: Show, until shouldStop: ShouldStop
  ) throws -> RunResult<Task.Model> {
    let steps = trainer.stepCount
    if trainer.current.isFinite, journal.checkpoints?.lastStep != steps {
      try journal.writeCheckpoint(of: trainer, show)
    }
    let written = journal.written(trainer.finiteState)
    try journal.write(written, show)
    var test: Measure?
    if !ending.isEarly, task.has(.test) {
      test = try journal.measure(written.model, on: .test, show, until: { shouldStop(steps) })
      if test != nil { try journal.write(written, test: test, show) }
    }
    let best = bestEpoch
    if let best { try show(.best(epoch: best.epoch, best.measure)) }
    if let test { try show(.tested(test)) }
    try show(
      .wrote(
        WrittenReport(
          path: journal.outputs.output, step: written.step, stepCount: steps,
          totalSteps: trainer.totalSteps(on: journal.data), seconds: journal.watch.seconds)))
    let seconds = journal.seconds
    var result = RunResult(
      model: written.model, ending: ending, step: written.step, validation: written.validation,
      test: test, best: best, record: journal.modelRecord(of: written, test: test),
      checkpointFailure: journal.checkpoints?.failure, metricsFailure: nil)
    try journal.writeMetrics(show) {
      try $0.writeEnd(result, figureNames: Task.figureNames, seconds: seconds)
    }
    result.metricsFailure = journal.metricsFailure
    // The folder is free for whoever goes on with the run.
    journal.checkpoints = nil
    journal.metrics = nil
    hasEnded = true
    return result
  }

  /// The epoch with the best measure, if the last one had a worse.
  private var bestEpoch: RunResult<Task.Model>.Best? {
    guard let found = trainer.best, let measure = journal.measures.best,
      let last = journal.measures.last, measure.cost < last.cost
    else { return nil }
    return RunResult<Task.Model>.Best(epoch: found.epoch, measure: measure)
  }
}
