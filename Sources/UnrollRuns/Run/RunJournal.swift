internal import UnrollFormats
internal import UnrollModels
internal import UnrollNN
internal import UnrollTensor
internal import UnrollTraining

/// Shows an event; what it throws ends the run as an error of the data would.
typealias Show = (RunEvent) throws -> Void
/// Says, after a step and while the model is measured, whether the run should end.
typealias ShouldStop = (_ step: Int) -> Bool

/// Everything of a run beside its trainer: what it is, what it has measured and written.
struct RunJournal<Task: LearningTask> {
  let task: Task
  let settings: CompleteSettings<Task.Settings>
  let batches: TaskBatches<Task.Model.Batch>
  let identity: DataIdentity
  let plan: TrainingPlan
  let watch = Stopwatch()
  var pace: PaceMeter
  var checkpoints: RunCheckpoints?
  var metrics: MetricsFile?
  var metricsSize = 0
  /// The seconds of the run before it went on here.
  var earlierSeconds = 0.0
  var metricsFailure: (any Error)?
  var measures = RunMeasures()

  var outputs: OutputSettings { settings.settings.outputs }
  var data: TrainingData<Task.Model.Batch> { batches.data }

  /// The seconds since the run began, over all sittings.
  var seconds: Double { earlierSeconds + watch.seconds }

  // MARK: On the way

  mutating func didStep(
    _ trainer: borrowing Trainer<Task.Model>, _ report: StepReport, _ show: Show
  ) throws {
    pace.didStep(targetCount: report.targetCount)
    let (pace, seconds) = (pace.pace(after: trainer.stepCount), seconds)
    try writeMetrics(show) { try $0.write(report, pace, seconds: seconds) }
    try show(.step(report, pace))
    if !report.isValidationDue { try writeDueCheckpoint(of: trainer, show) }
  }

  /// Measures the model after an epoch, or where the plan waits for it on its way.
  mutating func validation(
    of trainer: borrowing Trainer<Task.Model>, until shouldStop: ShouldStop, _ show: Show
  ) throws -> Validation {
    guard task.has(.validation) else { return .none }
    let step = trainer.stepCount
    guard
      let measure = try measure(
        trainer.measuredModel, on: .validation, show, until: { shouldStop(step) })
    else { return .interrupted }
    measures.take(measure, step: step)
    return .loss(measure.cost)
  }

  mutating func didValidate(
    _ trainer: borrowing Trainer<Task.Model>, _ summary: EpochSummary, until shouldStop: ShouldStop,
    _ show: Show
  ) throws {
    if summary.isBest { measures.lastIsBest() }
    if summary.isEpochEnd { try endEpoch(trainer, summary, until: shouldStop, show) }
    pace.skipTime()
    try writeDueCheckpoint(
      of: trainer, isEpochEnd: summary.isEpochEnd, isBest: summary.isBest, show)
  }

  private mutating func endEpoch(
    _ trainer: borrowing Trainer<Task.Model>, _ summary: EpochSummary, until shouldStop: ShouldStop,
    _ show: Show
  ) throws {
    let step = trainer.stepCount
    let report = EpochReport(
      epoch: summary.epochs, epochs: plan.epochs, step: trainer.stepCount,
      totalSteps: trainer.totalSteps(on: data), loss: summary.trainingLoss,
      validation: summary.validationLoss == nil ? nil : measures.last, isBest: summary.isBest,
      pace: pace.pace(after: trainer.stepCount))
    let seconds = seconds
    try writeMetrics(show) {
      try $0.write(report, figureNames: Task.figureNames, seconds: seconds)
    }
    try show(.epoch(report))
    if outputs.tensorboard != nil {
      try show(
        .parameters(ParameterHistogram.all(of: trainer.model, gradient: trainer.lastGradient)))
    }
    let interval = outputs.sampleEvery ?? plan.epochs / 4
    if interval > 0, summary.epochs % interval == 0, summary.epochs < plan.epochs,
      let sample = try task.sample(
        of: trainer.measuredModel, length: 200, seed: plan.seed, while: { !shouldStop(step) })
    {
      try show(.sample(sample))
    }
  }

  /// The measure of a model, or `nil` if it should stop before it is known.
  func measure(
    _ model: Task.Model, on part: HeldOutPart, _ show: Show, until shouldStop: () -> Bool
  ) throws -> Measure? {
    try withoutActuallyEscaping(show) { show in
      var failure: (any Error)?
      let measure = try task.measure(model, on: part) { share in
        do { try show(.measuring(share)) } catch { failure = failure ?? error }
        return failure != nil || shouldStop()
      }
      if let failure { throw failure }
      return measure
    }
  }

  // MARK: Files

  private mutating func writeDueCheckpoint(
    of trainer: borrowing Trainer<Task.Model>, isEpochEnd: Bool = false, isBest: Bool = false,
    _ show: Show
  ) throws {
    guard let checkpoints, trainer.current.isFinite,
      checkpoints.isDue(after: trainer.stepCount, isEpochEnd: isEpochEnd, isBest: isBest)
    else { return }
    try writeCheckpoint(of: trainer, show)
  }

  mutating func writeCheckpoint(of trainer: borrowing Trainer<Task.Model>, _ show: Show) throws {
    guard checkpoints != nil else { return }
    // A checkpoint must not know of lines that a power failure takes away.
    try writeMetrics(show) { try $0.synchronize() }
    var record = RunRecord<Task>(settings: settings.settings, identity: identity)
    record.metricsSize = metricsSize
    record.seconds = seconds
    record.measures = measures
    let metadata = trainer.model.fileMetadata(
      training: modelRecord(of: WrittenModel(last: trainer.current, measures)))
    let data = data
    checkpoints?.write(copy trainer, on: data, record: record, metadata: metadata)
    pace.skipTime()
    if let failure = checkpoints?.failure {
      try show(.checkpointFailed(failure))
    } else {
      try show(.checkpoint(step: trainer.stepCount))
    }
  }

  /// Metrics that cannot be written are no reason to lose the model; they are the error at the run's end.
  mutating func writeMetrics(
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

  /// Writes the model. A weight beyond the precision of the file is no reason to lose it.
  func write(_ written: WrittenModel<Task.Model>, test: Measure? = nil, _ show: Show) throws {
    let record = modelRecord(of: written, test: test)
    do {
      try written.model.write(to: outputs.output, training: record, precision: outputs.precision)
    } catch let error as ParameterError where error.code == .notRepresentable {
      try show(.note(RunNote(warning: "\(error.message); the model is written as f32")))
      try written.model.write(to: outputs.output, training: record)
    }
  }

  /// The model of a state that the run would write.
  func written(_ state: TrainingState<Task.Model>) -> WrittenModel<Task.Model> {
    WrittenModel(state, isBestWanted: settings.writesBest, measures)
  }

  /// What is kept with a model about how it came to be.
  func modelRecord(of written: WrittenModel<Task.Model>, test: Measure? = nil) -> TrainingRecord {
    ModelRecord<Task>(
      settings: settings, identity: identity, steps: written.step, loss: written.loss,
      validation: written.validation, test: test, batchSize: batches.batchSize,
      sequenceLength: batches.sequenceLength, parameterCount: written.model.parameterCount
    ).file
  }
}
