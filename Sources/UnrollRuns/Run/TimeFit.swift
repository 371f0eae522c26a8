internal import UnrollModels
internal import UnrollNN
internal import UnrollTraining

/// How many steps a run's time limit is enough for, found by taking a few on a copy. The schedule is then that of a run of so many
/// steps, and whoever asks for these steps gets the same model.
struct TimeFit {
  /// The steps.
  let steps: Int
  private let stepsPerEpoch: Int
  private let limit: TimeSpan
  private let secondsPerStep: Double

  /// The share of the limit that is planned for: speed varies.
  private static var plannedShare: Double { 0.95 }

  /// Measures how long steps and validation take.
  ///
  /// - Returns: `nil` if there is no limit, if the epochs or steps are given, or if there is time for all epochs.
  init?<Task: LearningTask>(
    _ settings: CompleteSettings<Task.Settings>, _ trainer: Trainer<Task.Model>, _ task: Task,
    _ batches: TaskBatches<Task.Model.Batch>
  ) throws {
    let ending = settings.settings.ending
    guard let limit = ending.timeLimit, ending.steps == nil, settings.chosen.contains("epochs")
    else { return nil }
    let watch = Stopwatch()
    let patience = min(3, limit.seconds / 20)
    secondsPerStep = try Self.secondsPerStep(trainer, batches.data, for: patience)
    let secondsPerMeasure = try Self.secondsPerMeasure(of: trainer.model, task, for: patience)
    let budget = Self.plannedShare * limit.seconds - watch.seconds
    stepsPerEpoch = batches.data.stepsPerEpoch
    self.limit = limit
    // Within one epoch, each tenth of the run is measured.
    let withMeasures = budget / (secondsPerStep + secondsPerMeasure / Double(stepsPerEpoch))
    let fitting =
      withMeasures > Double(stepsPerEpoch)
      ? withMeasures : (budget - 10 * secondsPerMeasure) / secondsPerStep
    let all = trainer.totalSteps(on: batches.data)
    guard fitting < Double(all) else { return nil }
    steps = Int(max(1, fitting))
  }

  /// Says what was found, and how to repeat the run.
  var note: RunNote {
    let epochs = decimalText(Double(steps) / Double(stepsPerEpoch), 1)
    let milliseconds = decimalText(1000 * secondsPerStep, 1)
    return RunNote(
      "\(.setting("timeLimit")) is enough for \(countText(steps, "step")), \(epochs) epochs, at \(milliseconds) ms a step; \(.setting("steps", "\(steps)")) in its place gives the same model"
    )
  }

  /// The first step prepares what the others use again, so it does not count.
  private static func secondsPerStep<Model: Trainable>(
    _ trainer: Trainer<Model>, _ data: TrainingData<Model.Batch>, for patience: Double
  ) throws -> Double {
    var trainer = trainer
    _ = try trainer.step(on: data)
    let watch = Stopwatch()
    var count = 0
    while !trainer.isDone(on: data), count < 3 || watch.seconds < patience {
      _ = try trainer.step(on: data)
      count += 1
    }
    return watch.seconds / Double(max(1, count))
  }

  private static func secondsPerMeasure<Task: LearningTask>(
    of model: Task.Model, _ task: Task, for patience: Double
  ) throws -> Double {
    guard task.has(.validation) else { return 0 }
    let watch = Stopwatch()
    var done = 0.0
    let whole = try task.measure(model, on: .validation) { share in
      done = share
      return watch.seconds > patience && share > 0
    }
    return watch.seconds / (whole == nil ? max(done, 1e-3) : 1)
  }
}
