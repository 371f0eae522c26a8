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
  private var metrics: MetricsFile?
  private let watch = Stopwatch()
  private var validationLoss: Double?
  private var lastLoss = 0.0

  init(_ command: TrainCommand, _ data: LanguageData, _ model: LanguageModel) throws {
    self.command = command
    self.data = data
    let batches = data.training
    source = TrainingData(stepsPerEpoch: batches.batchesPerEpoch) {
      LanguageModel.Batch(batches.batch(at: $0))
    }
    trainer = Trainer(model, plan: command.optimizer.plan)
    progress = TrainingProgress(
      unit: data.tokenizer.kind.rawValue, totalSteps: trainer.totalSteps(on: source),
      epochs: command.optimizer.epochs,
      isQuiet: command.quiet)
    metrics = try command.metrics.map { try MetricsFile(path: $0) }
  }

  mutating func train() throws {
    introduce()
    Interruption.watch()
    let total = trainer.totalSteps(on: source)
    var endedEarly: String?
    while trainer.stepCount < total {
      try takeStep(total: total)
      if Interruption.signalNumber != nil {
        endedEarly = "interrupted"
      } else if let limit = command.optimizer.timeLimit, watch.seconds >= limit.seconds {
        endedEarly = "the time limit is reached"
      }
      if endedEarly != nil { break }
    }
    progress.clearBar()
    try trainer.model.write(to: command.output, training: record)
    try finish(endedEarly: endedEarly, total: total)
  }

  private mutating func takeStep(total: Int) throws {
    let report = trainer.step(on: source)
    guard report.loss.isFinite else {
      progress.clearBar()
      throw Failure(
        status: 1,
        description: "the loss is \(report.loss) at step \(report.step), and no model was written: "
          + "try a lower --learning-rate than \(report.learningRate) or a lower --gradient-norm-limit"
      )
    }
    lastLoss = report.loss
    progress.didStep(
      step: report.step, epoch: report.epoch, loss: report.loss, targetCount: report.targetCount)
    try metrics?.write(report)
    guard report.step % source.stepsPerEpoch == 0 || report.step == total else { return }
    try endEpoch((report.step + source.stepsPerEpoch - 1) / source.stepsPerEpoch)
  }

  private mutating func endEpoch(_ epochs: Int) throws {
    if let batches = data.validation {
      let (nats, count) = trainer.model.totalLoss(over: batches)
      let loss = nats / Double(count)
      validationLoss = loss
      trainer.note(validationLoss: loss, afterEpochs: epochs)
    }
    try metrics?.write(
      epoch: epochs, step: trainer.stepCount, loss: progress.meanLoss,
      validationLoss: validationLoss)
    progress.didEndEpoch(epochs, step: trainer.stepCount, validationLoss: validationLoss)
    if command.sampleEvery > 0, epochs % command.sampleEvery == 0, epochs < command.optimizer.epochs
    {
      Console.message(try sample(length: 200) + "\n")
      progress.skipTime()
    }
  }

  private func introduce() {
    guard !command.quiet else { return }
    let unit = data.tokenizer.kind.rawValue
    let (batch, length, steps) = (
      data.training.batchSize, data.training.sequenceLength, source.stepsPerEpoch
    )
    Console.message(
      "training on about \(groupedText(batch * length * steps)) \(unit), \(data.tokenizer.vocabulary.count) distinct, "
        + "in \(groupedText(steps)) steps of \(batch) × \(length) an epoch")
    Console.message(
      "\(command.model.cell.rawValue) with \(groupedText(trainer.model.parameterCount)) parameters on "
        + "\(Threads.count) threads (cpu)")
  }

  private func sample(length: Int) throws -> String {
    // Start where texts start: with the first token of the training text.
    let first = data.training.batch(at: 0).inputs[0]
    let prompt = data.tokenizer.decode([first])
    return try prompt
      + trainer.model.generate(
        prompt: prompt, length: length, sampling: Sampling(temperature: 0.8),
        seed: command.optimizer.seed)
  }

  private func finish(endedEarly: String?, total: Int) throws {
    if command.json {
      try Console.data(record.text() + "\n")
    } else if !command.quiet {
      try Console.data(try sample(length: 300) + "\n")
    }
    if !command.quiet {
      if let best = trainer.best, let validationLoss, best.loss < validationLoss {
        Console.message(
          "the validation loss was lowest, \(decimalText(best.loss, 4)), after epoch \(best.epoch)")
      }
      let reason = endedEarly.map { ": \($0)" } ?? ""
      Console.message(
        "wrote \(command.output) after step \(trainer.stepCount) of \(total), \(clockText(watch.seconds))\(reason)"
      )
    }
    if let number = Interruption.signalNumber { leave(with: 128 + number) }
  }

  /// What is kept with the model about how it came to be.
  private var record: JSON {
    let plan = command.optimizer
    var members: [(String, JSON)] = [
      ("steps", JSON(trainer.stepCount)), ("epochs", JSON(plan.epochs)),
      ("loss", JSON(lastLoss)), ("validationLoss", validationLoss.map { JSON($0) } ?? .null),
      ("batchSize", JSON(data.training.batchSize)),
      ("sequenceLength", JSON(data.training.sequenceLength)),
      ("optimizer", .string(plan.optimizer.rawValue)),
      ("learningRate", JSON(plan.learningRate ?? plan.optimizer.defaultLearningRate)),
      ("schedule", .string(plan.schedule.rawValue)), ("warmupSteps", JSON(plan.warmupSteps)),
      ("weightDecay", JSON(plan.weightDecay)), ("gradientNormLimit", JSON(plan.gradientNormLimit)),
      ("seed", JSON(plan.seed)), ("version", .string(UnrollCommand.configuration.version)),
    ]
    members.append(("parameters", JSON(trainer.model.parameterCount)))
    return .object(JSON.Object(members.map { JSON.Object.Member(key: $0.0, value: $0.1) }))
  }
}
