import Unroll
import UnrollFormats
import UnrollRuns
import UnrollTensorBoard
import UnrollText

#if canImport(Darwin)
import Darwin
#elseif canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

/// A training run of any task at the command line: what it shows, how signals end it, and its exit status.
struct RunSession {
  /// The name of the command, which also goes on with the run.
  private let command: String
  private let isQuiet: Bool
  private let isJSON: Bool
  private let printer: RunPrinter

  init(command: String, isQuiet: Bool, isJSON: Bool) {
    self.command = command
    self.isQuiet = isQuiet
    self.isJSON = isJSON
    printer = RunPrinter(isQuiet: isQuiet)
  }

  /// Begins a run and carries it out.
  func train<Task>(
    _ task: Task.Type, _ settings: RunSettings<Task.Settings>, from origin: RunOrigin<Task>
  ) throws {
    var run = try TrainingRun(
      settings, from: origin, processing: CorpusProcessing(isQuiet: isQuiet), printer.show)
    try carryOut(&run)
  }

  /// Goes on with the run whose checkpoints are in a folder.
  func resume<Task: LearningTask>(
    _ task: Task.Type, in folder: String,
    changes: (inout RunSettings<Task.Settings>) throws -> Void
  ) throws {
    var run = try TrainingRun<Task>(
      goingOnIn: folder,
      processing: CorpusProcessing(isQuiet: isQuiet),
      changes: { settings in
        try changes(&settings)
        guard settings.readsStandardInput, isatty(STDIN_FILENO) != 0 else { return }
        throw Failure(
          status: 66,
          description:
            "the run in '\(folder)' learns from standard input: give the same text there again")
      }, printer.show)
    try carryOut(&run)
  }

  private func carryOut<Task>(_ run: inout TrainingRun<Task>) throws {
    Interruption.watch()
    defer { printer.clear() }
    var log: TensorBoardLog?
    var boardFailure: (any Error)?
    let boardFolder = run.settings.settings.outputs.tensorboard
    let showing = { (event: RunEvent) in
      if case .began(let beginning) = event {
        log = try boardFolder.map { try TensorBoardLog(in: $0, goingOnAfter: beginning.stepCount) }
      }
      do {
        try log?.take(event)
      } catch {
        // What is only looked at is no reason to lose the model; it is the error at the run's end.
        (log, boardFailure) = (nil, error)
        printer.show(.metricsFailed(error))
      }
      printer.show(event)
    }
    let result = try run.train(showing, until: { _ in Interruption.signalNumber != nil })
    printer.conclude(result.ending)
    let folder = run.settings.settings.outputs.checkpoint
    if let folder, result.ending.isEarly, result.checkpointFailure == nil, !isQuiet {
      Console.message("go on with: unroll \(command) --resume \(folder.shellQuoted)")
    }
    if result.ending == .outOfPatience, !isQuiet {
      Console.message(
        folder.map {
          "go on all the same with: unroll \(command) --resume \($0.shellQuoted) --patience 0"
        } ?? "--patience 0 takes all epochs all the same")
    }
    if isJSON {
      try Console.data(result.record.text + "\n")
    } else if !isQuiet, result.ending != .interrupted {
      try show(result.model, of: run)
    }
    if let failure = result.checkpointFailure {
      Console.message(
        "error: the last state of the run could not be kept: \(describe(failure))")
    }
    if let number = Interruption.signalNumber { leave(with: 128 + number) }
    if let failure = result.checkpointFailure { leave(with: exitStatus(of: failure) ?? 1) }
    if let failure = result.metricsFailure ?? boardFailure { throw failure }
  }

  /// Shows what the written model does.
  private func show<Task>(_ model: Task.Model, of run: TrainingRun<Task>) throws {
    let seed = run.settings.settings.seed
    let goesOn = { Interruption.signalNumber == nil }
    if let sample = try run.task.sample(of: model, length: 300, seed: seed, while: goesOn) {
      try Console.data(sample + "\n")
    }
    if let remark = try run.task.remark(on: model, seed: seed, while: goesOn) {
      Console.message(remark.sentence.text(optionName))
    }
  }
}
