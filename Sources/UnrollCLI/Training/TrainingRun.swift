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
  private let watch = Stopwatch()

  init(
    _ command: TrainCommand, _ data: LanguageData, _ model: LanguageModel, _ store: CheckpointStore?
  ) throws {
    self.command = command
    self.data = data
    let batches = data.training
    source = TrainingData(stepsPerEpoch: batches.batchesPerEpoch) {
      LanguageModel.Batch(batches.batch(at: $0))
    }
    trainer = Trainer(model, plan: command.optimizer.plan)
    progress = TrainingProgress(
      unit: data.unit, totalSteps: trainer.totalSteps(on: source),
      epochs: command.optimizer.epochs,
      isQuiet: command.quiet)
    if let store {
      checkpoints = RunCheckpoints(store, command.checkpoints)
      identity = DataIdentity(data, model)
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
    let isBest = try report.epochsDone.map { try endEpoch($0) } ?? false
    guard let checkpoints, trainer.current.isFinite,
      checkpoints.isDue(
        after: trainer.stepCount, isEpochEnd: report.epochsDone != nil, isBest: isBest)
    else { return }
    writeCheckpoint()
  }

  /// Validates and shows an epoch; says whether the validation loss is the best so far.
  private mutating func endEpoch(_ epochs: Int) throws -> Bool {
    var isBest = false
    if let batches = data.validation {
      let (nats, count) = trainer.model.totalLoss(over: batches)
      isBest = trainer.note(validationLoss: nats / Double(count), afterEpochs: epochs)
    }
    let counters = trainer.current.counters
    writeMetrics {
      try $0.write(
        epoch: epochs, step: counters.stepCount, loss: counters.meanLoss,
        validationLoss: counters.validationLoss)
    }
    progress.didEndEpoch(
      epochs, step: counters.stepCount, loss: counters.meanLoss,
      validationLoss: counters.validationLoss)
    let interval = command.sampleEvery ?? command.optimizer.epochs / 4
    if !command.quiet, interval > 0, epochs % interval == 0, epochs < command.optimizer.epochs {
      Console.message(try sample(of: trainer.model, length: 200) + "\n")
      progress.skipTime()
    }
    return isBest
  }

  private mutating func writeCheckpoint() {
    guard checkpoints != nil, let identity else { return }
    // A checkpoint must not know of lines that a power failure takes away.
    writeMetrics { try $0.synchronize() }
    var record = RunRecord(command, identity)
    record.metricsSize = metricsSize
    let (trainer, source) = (trainer, source)
    let metadata = trainer.model.fileMetadata(
      training: self.record(of: WrittenModel(last: trainer.current)))
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

  private func introduce() {
    guard !command.quiet else { return }
    let (batch, length, steps) = (
      data.training.batchSize, data.training.sequenceLength, source.stepsPerEpoch
    )
    Console.message(
      "training on about \(groupedText(batch * length * steps)) \(data.unit), \(data.tokenizer.vocabulary.count) distinct, "
        + "in \(countText(steps, "step")) of \(batch) × \(length) an epoch")
    Console.message(
      "\(command.model.cell.rawValue) with \(groupedText(trainer.model.parameterCount)) parameters on "
        + "\(countText(Threads.count, "thread")) (cpu)")
    if trainer.stepCount > 0 {
      Console.message(
        "going on after step \(groupedText(trainer.stepCount)) of \(groupedText(trainer.totalSteps(on: source)))"
      )
    }
  }

  private func sample(of model: LanguageModel, length: Int) throws -> String {
    guard let prompt = openingPrompt else { return "" }
    return try prompt
      + model.generate(
        prompt: prompt, length: length, sampling: Sampling(temperature: 0.8),
        seed: command.optimizer.seed)
  }

  /// The first tokens of the training text that a prompt can say: bytes only where they make a whole character.
  private var openingPrompt: String? {
    let batch = data.training.batch(at: 0)
    let row = stride(from: 0, to: batch.inputs.count, by: batch.batchSize).map { batch.inputs[$0] }
    for start in row.indices {
      for count in 1...4 {
        let tokens = row[start...].prefix(count)
        let text = data.tokenizer.decode(tokens)
        if !text.isEmpty, (try? data.tokenizer.encode(text)) == Array(tokens) { return text }
      }
    }
    return nil
  }

  // MARK: The end

  private func write(_ written: WrittenModel) throws {
    try written.model.write(to: command.output, training: record(of: written))
  }

  private func finish(_ ending: Ending, _ written: WrittenModel) throws {
    if !command.quiet {
      let counters = trainer.current.counters
      if let best = counters.best, let last = counters.validationLoss, best.loss < last {
        Console.message(
          "the validation loss was lowest, \(decimalText(best.loss, 4)), after epoch \(best.epoch)")
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
      try Console.data(record(of: written).text() + "\n")
    } else if !command.quiet, ending != .interrupted {
      try Console.data(try sample(of: written.model, length: 300) + "\n")
    }
    if let failure = checkpoints?.failure {
      Console.message("error: the last state of the run could not be kept: \(failure)")
    }
    if let number = Interruption.signalNumber { leave(with: 128 + number) }
    if let failure = checkpoints?.failure { leave(with: exitStatus(of: failure) ?? 1) }
    if let metricsFailure { throw metricsFailure }
  }

  /// What is kept with the model about how it came to be.
  private func record(of written: WrittenModel) -> JSON {
    let plan = command.optimizer
    return [
      "steps": JSON(written.step), "epochs": JSON(plan.epochs),
      "loss": written.trainingLoss.map { JSON($0) } ?? .null,
      "validationLoss": written.validationLoss.map { JSON($0) } ?? .null,
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
