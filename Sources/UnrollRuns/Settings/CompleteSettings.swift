internal import UnrollNN
package import UnrollTraining

/// The settings of a run with everything that its data decide filled in.
public struct CompleteSettings<Task: TaskSettings>: Hashable, Sendable {
  /// The settings; no size is open.
  public let settings: RunSettings<Task>
  /// The sizes.
  public let sizes: RunSizes
  /// The names of the sizes that the data decided.
  public let chosen: [String]

  /// What the trainer is to do.
  ///
  /// - Parameter stepsPerEpoch: the batches that go through the data once.
  package func plan(stepsPerEpoch: Int) -> TrainingPlan {
    let optimizer = settings.optimizer
    let epochs = epochs(of: stepsPerEpoch)
    return TrainingPlan(
      epochs: epochs, optimizer: optimizer.makeOptimizer(),
      schedule: optimizer.makeSchedule(epochs: isWithinAnEpoch(stepsPerEpoch) ? 10 : epochs),
      gradientNormLimit: optimizer.gradientNormLimit > 0 ? optimizer.gradientNormLimit : nil,
      gradientValueLimit: optimizer.gradientValueLimit, stepLimit: settings.ending.steps,
      patience: settings.ending.patience, seed: settings.seed)
  }

  /// The steps of the run, if nothing ends it before.
  func stepCount(stepsPerEpoch: Int) -> Int {
    let steps = epochs(of: stepsPerEpoch) * stepsPerEpoch
    return min(steps, settings.ending.steps ?? steps)
  }

  /// Whether the run is over within one epoch, where schedules count tenths of it.
  private func isWithinAnEpoch(_ stepsPerEpoch: Int) -> Bool {
    epochs(of: stepsPerEpoch) == 1
  }

  /// The epochs of the run, the last of which may be cut off by a limit of the steps. Where only the steps were asked for, they
  /// alone decide.
  private func epochs(of stepsPerEpoch: Int) -> Int {
    guard let steps = settings.ending.steps else { return sizes.epochs }
    let needed = (steps + stepsPerEpoch - 1) / stepsPerEpoch
    return chosen.contains("epochs") ? needed : min(needed, sizes.epochs)
  }
}

extension RunSettings {
  /// Fills in what is open.
  public func completed(by advice: RunSizes) -> CompleteSettings<Task> {
    var advice = advice
    if model.tieWeights { advice.hiddenSize = model.embeddingSize }
    var complete = advice
    var chosen: [String] = []
    func take(_ name: String, _ asked: Int?, _ place: WritableKeyPath<RunSizes, Int>) {
      if let asked { complete[keyPath: place] = asked } else { chosen.append(name) }
    }
    take("layers", sizes.layers, \.layers)
    take("hiddenSize", sizes.hiddenSize, \.hiddenSize)
    take("batchSize", sizes.batchSize, \.batchSize)
    take("sequenceLength", sizes.sequenceLength, \.sequenceLength)
    take("epochs", sizes.epochs, \.epochs)
    var settings = self
    settings.sizes = SizeSettings(complete)
    settings.optimizer.learningRate =
      optimizer.learningRate ?? Task.usualLearningRate(of: optimizer.optimizer)
    if model.cell == .rnn { settings.model.nonlinearity = model.nonlinearity ?? .tanh }
    return CompleteSettings(settings: settings, sizes: complete, chosen: chosen)
  }
}
