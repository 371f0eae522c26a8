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
  private var metricsFailure: (any Error)?
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
      unit: data.unit, totalSteps: trainer.totalSteps(on: source),
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
    guard trainer.model.isFinite else { throw divergence("a weight is no longer finite") }
    try writeModel()
    try finish(endedEarly: endedEarly, total: total)
  }

  /// A weight beyond the precision of the file is no reason to lose the model.
  private func writeModel() throws {
    do {
      try trainer.model.write(to: command.output, training: record, precision: command.precision)
    } catch let error as ModelError where error.code == .notRepresentable {
      Console.message("warning: \(error); the model is written as f32")
      try trainer.model.write(to: command.output, training: record)
    }
  }

  private mutating func takeStep(total: Int) throws {
    let report = trainer.step(on: source)
    guard report.loss.isFinite else {
      throw divergence("the loss is not finite")
    }
    lastLoss = report.loss
    progress.didStep(
      step: report.step, epoch: report.epoch, loss: report.loss, targetCount: report.targetCount)
    writeMetrics { try $0.write(report) }
    guard report.step % source.stepsPerEpoch == 0 || report.step == total else { return }
    try endEpoch((report.step + source.stepsPerEpoch - 1) / source.stepsPerEpoch)
  }

  private mutating func endEpoch(_ epochs: Int) throws {
    if let batches = data.validation {
      let (nats, count) = trainer.model.totalLoss(over: batches)
      let loss = nats / Double(count)
      guard loss.isFinite else { throw divergence("the validation loss is not finite") }
      validationLoss = loss
      trainer.note(validationLoss: loss, afterEpochs: epochs)
    }
    let (step, loss, validationLoss) = (trainer.stepCount, progress.meanLoss, validationLoss)
    writeMetrics {
      try $0.write(epoch: epochs, step: step, loss: loss, validationLoss: validationLoss)
    }
    progress.didEndEpoch(epochs, step: trainer.stepCount, validationLoss: validationLoss)
    let interval = command.sampleEvery ?? command.optimizer.epochs / 4
    if !command.quiet, interval > 0, epochs % interval == 0, epochs < command.optimizer.epochs {
      Console.message(try sample(length: 200) + "\n")
      progress.skipTime()
    }
  }

  /// Metrics that cannot be written are no reason to lose the model; they are the error at the run's end.
  private mutating func writeMetrics(_ write: (MetricsFile) throws -> Void) {
    guard let metrics else { return }
    do {
      try write(metrics)
    } catch {
      self.metrics = nil
      metricsFailure = error
      progress.clearBar()
      if !command.quiet { Console.message("warning: \(error); training goes on without metrics") }
    }
  }

  private mutating func divergence(_ sign: String) -> Failure {
    progress.clearBar()
    let rate = command.optimizer.plan.optimizer.learningRate
    return Failure(
      status: 1,
      description: "\(sign) after step \(trainer.stepCount), and no model was written: "
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
  }

  private func sample(length: Int) throws -> String {
    guard let prompt = openingPrompt else { return "" }
    return try prompt
      + trainer.model.generate(
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

  private func finish(endedEarly: String?, total: Int) throws {
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
    if command.json {
      try Console.data(record.text() + "\n")
    } else if !command.quiet, Interruption.signalNumber == nil {
      try Console.data(try sample(length: 300) + "\n")
    }
    if let number = Interruption.signalNumber { leave(with: 128 + number) }
    if let metricsFailure { throw metricsFailure }
  }

  /// What is kept with the model about how it came to be.
  private var record: JSON {
    let plan = command.optimizer
    return [
      "steps": JSON(trainer.stepCount), "epochs": JSON(plan.epochs), "loss": JSON(lastLoss),
      "validationLoss": validationLoss.map { JSON($0) } ?? .null,
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

extension LanguageModel {
  fileprivate var isFinite: Bool {
    parameters.allSatisfy { $0.value.withUnsafeElements { $0.allSatisfy(\.isFinite) } }
  }
}
