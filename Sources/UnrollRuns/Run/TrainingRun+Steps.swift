internal import UnrollFormats
internal import UnrollModels
internal import UnrollNN
internal import UnrollTensor
internal import UnrollTraining

/// Shows an event; what it throws ends the run as an error of the data would.
typealias Show = (RunEvent) throws -> Void
/// Says, after a step and while the model is measured, whether the run should end.
typealias ShouldStop = (_ step: Int) -> Bool

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
      if metrics == nil {
        metrics = try settings.settings.outputs.metrics.map { try MetricsFile(path: $0) }
      }
      try show(.began(beginning))
      if trainer.stepCount > 0, trainer.isDone(on: batches.data), unmeasuredEpochs == nil {
        try show(.note(RunNote("the run is finished: there is no step left to take")))
      }
      let ending = try takeSteps(until: shouldStop, show)
      return try finish(ending, until: shouldStop, show)
    }
  }

  private var beginning: RunBeginning {
    RunBeginning(
      data: task.sizes, stepsPerEpoch: batches.data.stepsPerEpoch, batchSize: batches.batchSize,
      sequenceLength: batches.sequenceLength, cell: settings.settings.model.cell,
      parameterCount: trainer.model.parameterCount, threadCount: Threads.count,
      optimizer: settings.settings.optimizer.optimizer,
      learningRate: settings.settings.optimizer.rate,
      schedule: settings.settings.optimizer.schedule, stepCount: trainer.stepCount,
      totalSteps: trainer.totalSteps(on: batches.data), epochs: plan.epochs)
  }

  private mutating func takeSteps(until shouldStop: ShouldStop, _ show: Show) throws -> RunEnding {
    do {
      if let epochs = unmeasuredEpochs, try endEpoch(epochs, until: shouldStop, show) == nil {
        return .interrupted
      }
      while !trainer.isDone(on: batches.data) {
        guard try takeStep(until: shouldStop, show) else { return .interrupted }
        if shouldStop(trainer.stepCount) { return .interrupted }
        if let limit = settings.settings.ending.timeLimit, watch.seconds >= limit.seconds {
          return trainer.isDone(on: batches.data) ? .done : .timeLimit
        }
      }
      return trainer.isOutOfPatience ? .outOfPatience : .done
    } catch let error as TrainingError {
      throw try givingUp(because: error, show)
    } catch {
      try writeSoFar(because: error, show)
      throw error
    }
  }

  /// Takes a step, and measures the model if it ends an epoch; says whether the run may go on.
  private mutating func takeStep(until shouldStop: ShouldStop, _ show: Show) throws -> Bool {
    let report = try trainer.step(on: batches.data)
    pace.didStep(targetCount: report.targetCount)
    try writeMetrics(show) { try $0.write(report) }
    try show(.step(report, pace.pace(after: trainer.stepCount)))
    var isBest: Bool? = false
    if let epochs = report.epochsDone { isBest = try endEpoch(epochs, until: shouldStop, show) }
    guard let isBest else { return false }
    if let checkpoints, trainer.current.isFinite,
      checkpoints.isDue(
        after: trainer.stepCount, isEpochEnd: report.epochsDone != nil, isBest: isBest)
    {
      try writeCheckpoint(show)
    }
    return true
  }

  /// Measures the model after an epoch; says whether it is the best so far, or `nil` if the run should end before that is known.
  private mutating func endEpoch(
    _ epochs: Int, until shouldStop: ShouldStop, _ show: Show
  ) throws -> Bool? {
    unmeasuredEpochs = epochs
    let pace = pace.pace(after: trainer.stepCount)
    var isBest = false
    if task.has(.validation) {
      guard let measure = try measure(trainer.model, on: .validation, until: shouldStop, show)
      else { return nil }
      isBest = trainer.note(validationLoss: measure.cost, afterEpochs: epochs)
      measures.take(measure, step: trainer.stepCount, isBest: isBest)
    }
    unmeasuredEpochs = nil
    let counters = trainer.current.counters
    let report = EpochReport(
      epoch: epochs, epochs: plan.epochs, step: counters.stepCount,
      totalSteps: trainer.totalSteps(on: batches.data), loss: counters.meanLoss,
      validation: task.has(.validation) ? measures.last : nil, isBest: isBest, pace: pace)
    try writeMetrics(show) { try $0.write(report, figureNames: Task.figureNames) }
    try show(.epoch(report))
    let interval = settings.settings.outputs.sampleEvery ?? plan.epochs / 4
    if interval > 0, epochs % interval == 0, epochs < plan.epochs,
      let sample = try task.sample(of: trainer.model, length: 200, seed: plan.seed)
    {
      try show(.sample(sample))
    }
    self.pace.skipTime()
    return isBest
  }

  /// The measure of a model, or `nil` if it should stop before it is known.
  func measure(
    _ model: Task.Model, on part: HeldOutPart, until shouldStop: ShouldStop, _ show: Show
  ) throws -> Measure? {
    try withoutActuallyEscaping(show) { show in
      var failure: (any Error)?
      let step = trainer.stepCount
      let measure = try task.measure(model, on: part) { share in
        do { try show(.measuring(share)) } catch { failure = failure ?? error }
        return failure != nil || shouldStop(step)
      }
      if let failure { throw failure }
      return measure
    }
  }

  // MARK: Files on the way

  mutating func writeCheckpoint(_ show: Show) throws {
    guard checkpoints != nil else { return }
    // A checkpoint must not know of lines that a power failure takes away.
    try writeMetrics(show) { try $0.synchronize() }
    var record = RunRecord<Task>(settings: settings.settings, identity: identity)
    record.metricsSize = metricsSize
    record.measures = measures
    record.unmeasuredEpochs = unmeasuredEpochs
    let metadata = trainer.model.fileMetadata(
      training: modelRecord(of: WrittenModel(last: trainer.current, measures)).file)
    let (trainer, data) = (trainer, batches.data)
    checkpoints?.write(trainer, on: data, record: record, metadata: metadata)
    pace.skipTime()
    if let failure = checkpoints?.failure {
      try show(.checkpointFailed(failure))
    } else {
      try show(.checkpoint(step: trainer.stepCount))
    }
  }

  /// Metrics that cannot be written are no reason to lose the model; they are the error at the run's end.
  private mutating func writeMetrics(
    _ show: Show, _ write: (MetricsFile) throws -> Void
  ) throws {
    guard let metrics else { return }
    do {
      try write(metrics)
      metricsSize = metrics.size
    } catch {
      self.metrics = nil
      metricsFailure = error
      try show(.metricsFailed(error))
    }
  }

  // MARK: Ends before the end

  /// Keeps the last good model of a run that cannot go on, unless it has hardly begun.
  private mutating func givingUp(because error: TrainingError, _ show: Show) throws -> RunError {
    var outcome = "no model was written"
    if trainer.stepCount > 1 {
      try write(WrittenModel(best: trainer.current, measures), test: nil, show)
      outcome =
        "'\(settings.settings.outputs.output)' has the model after step \(trainer.stepCount)"
    }
    return RunError(
      .diverged,
      "\(error), and \(outcome): try a lower \(.setting("learningRate")) than "
        + "\(settings.settings.optimizer.rate) or a lower \(.setting("gradientNormLimit"))")
  }

  /// Keeps what there is of a run that ends with an error.
  private mutating func writeSoFar(because error: any Error, _ show: Show) throws {
    guard trainer.stepCount > 0 else { return }
    let quiet: Show = { _ in }
    if trainer.current.isFinite { try writeCheckpoint(quiet) }
    try write(WrittenModel(best: trainer.finiteState, measures), test: nil, quiet)
    try show(
      .note(
        RunNote(
          "wrote \(settings.settings.outputs.output) after step \(trainer.stepCount) of "
            + "\(trainer.totalSteps(on: batches.data)): the run cannot go on")))
  }
}
