import ArgumentParser
import Unroll
import UnrollFormats
import UnrollModels
import UnrollNN
import UnrollTensor
import UnrollText
import UnrollTraining

/// One run of `unroll train`, from the first step to the written model.
struct TrainingRun {
  private let command: TrainCommand
  private let data: LanguageData
  private let source: TrainingData<LanguageModel.Batch>
  private var trainer: Trainer<LanguageModel>
  private var progress: TrainingProgress
  private var checkpoints: RunCheckpoints?
  private var identity: DataIdentity?
  private var metrics: MetricsFile?
  private var metricsSize = 0
  private var metricsFailure: (any Error)?
  /// The SHA-256 of the text.
  private let corpusHash: String
  private var testLoss: Double?
  private var hasForetold = false
  private var isEndingEpoch = false
  private let watch = Stopwatch()

  init(
    _ command: TrainCommand, _ data: LanguageData, _ model: LanguageModel, _ store: CheckpointStore?
  ) throws {
    self.command = command
    self.data = data
    corpusHash = try data.texts.corpus.contentHash(data.texts.processing)
    let batches = data.training
    source = TrainingData(stepsPerEpoch: batches.batchesPerEpoch) {
      LanguageModel.Batch(try batches.batch(at: $0))
    }
    trainer = Trainer(model, plan: command.optimizer.plan)
    progress = TrainingProgress(
      unit: data.unit, totalSteps: trainer.totalSteps(on: source),
      epochs: command.optimizer.epochs,
      isQuiet: command.quiet)
    if let store {
      checkpoints = RunCheckpoints(store, command.checkpoints)
      identity = try DataIdentity(data, model)
    }
  }

  /// Goes to where a checkpoint was written, or throws if it is of another run.
  mutating func resume(_ resumption: Resumption) throws {
    if let identity { try resumption.check(identity) }
    try trainer.restore(resumption.checkpoint, on: source)
    guard let path = command.metrics, let size = resumption.metricsSize(of: path) else { return }
    let file = try MetricsFile(path: path, keeping: size)
    metrics = file
    metricsSize = file.size
    guard file.size < size, !command.quiet else { return }
    Console.message(
      "warning: '\(path)' has only \(groupedText(file.size)) of the \(groupedText(size)) bytes that it had; "
        + "the lines between are lost")
  }

  mutating func train() throws {
    if metrics == nil { metrics = try command.metrics.map { try MetricsFile(path: $0) } }
    introduce()
    Interruption.watch()
    let ending = try takeSteps()
    progress.clearBar()
    if trainer.current.isFinite, checkpoints?.lastStep != trainer.stepCount { writeCheckpoint() }
    let written = WrittenModel(trainer.finiteState)
    try write(written)
    if !ending.isEarly, let test = data.test {
      testLoss = try test.loss(of: written.model)
      try write(written)
    }
    try finish(ending, written)
  }

  /// Why a run has ended.
  private enum Ending {
    case done, outOfPatience, timeLimit, interrupted

    var text: String {
      switch self {
      case .done: ""
      case .outOfPatience: ": the validation loss no longer improves"
      case .timeLimit: ": the time limit is reached"
      case .interrupted: ": interrupted"
      }
    }

    /// Whether the run can go on.
    var isEarly: Bool { self == .timeLimit || self == .interrupted }
  }

  private mutating func takeSteps() throws -> Ending {
    while !trainer.isDone(on: source) {
      do {
        try takeStep()
      } catch let error as TrainingError {
        throw try givingUp(because: error)
      } catch {
        try writeSoFar()
        throw error
      }
      if Interruption.signalNumber != nil { return .interrupted }
      if let limit = command.optimizer.timeLimit, watch.seconds >= limit.seconds {
        return .timeLimit
      }
    }
    return trainer.isOutOfPatience ? .outOfPatience : .done
  }

  private mutating func takeStep() throws {
    let report = try trainer.step(on: source)
    if report.outcome == .updated {
      progress.didStep(
        step: report.step, epoch: report.epoch, loss: report.loss, targetCount: report.targetCount)
    } else {
      warn(report)
    }
    writeMetrics { try $0.write(report) }
    foretellDuration()
    let isBest = try report.epochsDone.map { try endEpoch($0) } ?? false
    guard let checkpoints, trainer.current.isFinite,
      checkpoints.isDue(
        after: trainer.stepCount, isEpochEnd: report.epochsDone != nil, isBest: isBest)
    else { return }
    writeCheckpoint()
  }

  /// Says how long the run will take, once that can be known and if it is long.
  private mutating func foretellDuration() {
    guard !hasForetold, !command.quiet, let seconds = progress.secondsLeft else { return }
    hasForetold = true
    guard seconds >= 20 else { return }
    progress.clearBar()
    Console.message("this takes about \(durationText(seconds)) on this machine")
  }

  /// Validates and shows an epoch; says whether the validation loss is the best so far.
  private mutating func endEpoch(_ epochs: Int) throws -> Bool {
    isEndingEpoch = true
    var isBest = false
    if let validation = data.validation {
      let loss = try validation.loss(of: trainer.model)
      isBest = trainer.note(validationLoss: loss, afterEpochs: epochs)
    }
    let counters = trainer.current.counters
    let bitsPerByte = validationBitsPerByte(counters.validationLoss)
    writeMetrics {
      try $0.write(
        epoch: epochs, step: counters.stepCount, loss: counters.meanLoss,
        validationLoss: counters.validationLoss,
        validationBitsPerByte: bitsPerByte)
    }
    progress.didEndEpoch(
      epochs, step: counters.stepCount, loss: counters.meanLoss,
      validationLoss: counters.validationLoss,
      bitsPerByte: bitsPerByte)
    let interval = command.sampleEvery ?? command.optimizer.epochs / 4
    if !command.quiet, interval > 0, epochs % interval == 0, epochs < command.optimizer.epochs {
      Console.message(try sample.text(of: trainer.model, length: 200) + "\n")
      progress.skipTime()
    }
    isEndingEpoch = false
    return isBest
  }

  /// A validation loss in a unit that does not depend on what a token is.
  private func validationBitsPerByte(_ loss: Double?) -> Double? {
    guard let loss, let validation = data.validation else { return nil }
    return validation.bitsPerByte(loss)
  }

  private mutating func writeCheckpoint() {
    guard checkpoints != nil, let identity else { return }
    // A checkpoint must not know of lines that a power failure takes away.
    writeMetrics { try $0.synchronize() }
    var record = RunRecord(command, identity)
    record.metricsSize = metricsSize
    let (trainer, source) = (trainer, source)
    let metadata = trainer.model.fileMetadata(
      training: TrainingRecord(self.record(of: WrittenModel(last: trainer.current))))
    checkpoints?.write(trainer, on: source, record: record, metadata: metadata)
    progress.skipTime()
    guard let failure = checkpoints?.failure, !command.quiet else { return }
    progress.clearBar()
    Console.message(
      "warning: \(failure); training goes on, and the next checkpoint is tried when it is due")
  }

  /// Metrics that cannot be written are no reason to lose the model; they are the error at the run's end.
  private mutating func writeMetrics(_ write: (MetricsFile) throws -> Void) {
    guard let metrics else { return }
    do {
      try write(metrics)
      metricsSize = metrics.size
    } catch {
      self.metrics = nil
      metricsFailure = error
      progress.clearBar()
      if !command.quiet { Console.message("warning: \(error); training goes on without metrics") }
    }
  }

  // MARK: Numbers that are not finite

  private mutating func warn(_ report: StepReport) {
    guard !command.quiet else { return }
    progress.clearBar()
    switch report.outcome {
    case .updated: break
    case .skipped(let cause):
      Console.message("warning: \(cause) is not finite in step \(report.step), which is skipped")
    case .retreated(let cause, let step):
      Console.message(
        "warning: \(cause) is not finite in step \(report.step); going on from step \(step) with half the learning rate"
      )
    }
  }

  /// Keeps the last good model of a run that cannot go on, unless it has hardly begun.
  private mutating func givingUp(because error: TrainingError) throws -> Failure {
    progress.clearBar()
    var outcome = "no model was written"
    if trainer.stepCount > 1 {
      try write(WrittenModel(trainer.current))
      outcome = "'\(command.output)' has the model after step \(trainer.stepCount)"
    }
    let rate = command.optimizer.plan.optimizer.learningRate
    return Failure(
      status: 1,
      description: "\(error), and \(outcome): "
        + "try a lower --learning-rate than \(rate) or a lower --gradient-norm-limit")
  }

  /// Keeps what there is of a run whose text can no longer be read.
  private mutating func writeSoFar() throws {
    progress.clearBar()
    guard trainer.stepCount > 0 else { return }
    // Where an epoch's end could not be measured, the run has to go on from before it.
    if trainer.current.isFinite, !isEndingEpoch { writeCheckpoint() }
    try write(WrittenModel(trainer.finiteState))
    guard !command.quiet else { return }
    Console.message(
      "wrote \(command.output) after step \(trainer.stepCount) of \(trainer.totalSteps(on: source)): "
        + "the text can no longer be read")
  }

  private func introduce() {
    guard !command.quiet else { return }
    let part = data.texts.training
    let documents = part.documentCount.map { " in \(countText($0, "document"))" } ?? ""
    Console.message(
      "training on \(groupedText(part.count)) \(data.unit)\(documents), \(groupedText(data.tokenizer.vocabulary.count)) distinct, "
        + "in \(countText(source.stepsPerEpoch, "step")) of \(data.training.batchSize) × \(data.training.sequenceLength) an epoch"
    )
    Console.message(
      "\(command.model.cell.rawValue) with \(groupedText(trainer.model.parameterCount)) parameters on "
        + "\(countText(Threads.count, "thread")) (cpu)")
    if trainer.stepCount > 0 {
      Console.message(
        "going on after step \(groupedText(trainer.stepCount)) of \(groupedText(trainer.totalSteps(on: source)))"
      )
    }
  }

  // MARK: The end

  private var sample: TrainingSample { TrainingSample(data: data, seed: command.optimizer.seed) }

  /// A weight beyond the precision of the file is no reason to lose the model.
  private func write(_ written: WrittenModel) throws {
    let (model, record) = (written.model, TrainingRecord(record(of: written)))
    do {
      try model.write(to: command.output, training: record, precision: command.precision)
    } catch let error as ParameterError where error.code == .notRepresentable {
      Console.message("warning: \(error.message); the model is written as f32")
      try model.write(to: command.output, training: record)
    }
  }

  private func finish(_ ending: Ending, _ written: WrittenModel) throws {
    if !command.quiet {
      let counters = trainer.current.counters
      if let best = counters.best, let last = counters.validationLoss, best.loss < last {
        Console.message(
          "the validation loss was lowest, \(decimalText(best.loss, 4)), after epoch \(best.epoch)")
      }
      if let testLoss, let bits = data.test?.bitsPerByte(testLoss) {
        Console.message(
          "test loss \(decimalText(testLoss, 4)), \(decimalText(bits, 4)) bits per byte")
      }
      let choice =
        written.step < trainer.stepCount ? ", the best model, of step \(written.step)," : ""
      Console.message(
        "wrote \(command.output)\(choice) after step \(trainer.stepCount) of "
          + "\(trainer.totalSteps(on: source)), \(clockText(watch.seconds))\(ending.text)")
      if ending.isEarly, let checkpoints, checkpoints.failure == nil {
        Console.message("go on with: \(checkpoints.resumeCommand)")
      }
    }
    if command.json {
      try Console.data(JSON.object(record(of: written)).text() + "\n")
    } else if !command.quiet, ending != .interrupted {
      try Console.data(try sample.text(of: written.model, length: 300) + "\n")
      if let novelty = try sample.novelty(of: written.model) { Console.message(novelty) }
    }
    if let failure = checkpoints?.failure {
      Console.message("error: the last state of the run could not be kept: \(failure)")
    }
    if let number = Interruption.signalNumber { leave(with: 128 + number) }
    if let failure = checkpoints?.failure { leave(with: exitStatus(of: failure) ?? 1) }
    if let metricsFailure { throw metricsFailure }
  }

  /// What is kept with the model about how it came to be.
  private func record(of written: WrittenModel) -> JSON.Object {
    let plan = command.optimizer
    return [
      "steps": JSON(written.step), "epochs": JSON(plan.epochs),
      "loss": written.trainingLoss.map { JSON($0) } ?? .null,
      "validationLoss": written.validationLoss.map { JSON($0) } ?? .null,
      "validationBitsPerByte": validationBitsPerByte(written.validationLoss).map { JSON($0) }
        ?? .null,
      "testLoss": testLoss.map { JSON($0) } ?? .null,
      "corpus": .string(corpusHash),
      "documents": .string(command.documents.rawValue),
      "batchSize": JSON(data.training.batchSize),
      "sequenceLength": JSON(data.training.sequenceLength),
      "optimizer": .string(plan.optimizer.rawValue),
      "learningRate": JSON(plan.learningRate ?? plan.optimizer.defaultLearningRate),
      "schedule": .string(plan.schedule.rawValue), "warmupSteps": JSON(plan.warmupSteps),
      "weightDecay": JSON(plan.weightDecay), "gradientNormLimit": JSON(plan.gradientNormLimit),
      "seed": JSON(plan.seed), "parameters": JSON(trainer.model.parameterCount),
      "version": .string(UnrollCommand.configuration.version),
    ]
  }
}
