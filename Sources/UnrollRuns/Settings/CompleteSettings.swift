internal import UnrollNN
package import UnrollTraining

/// The settings of a run with everything that its data decide filled in.
public struct CompleteSettings<Task: TaskSettings>: Hashable, Sendable {
  /// The settings; no size is open.
  public private(set) var settings: RunSettings<Task>
  /// The sizes.
  public let sizes: RunSizes
  /// The names of what the data decided.
  public let chosen: [String]

  /// The dropout probability between the layers and before the output.
  var dropout: Float { settings.model.dropout ?? 0 }

  /// How strongly weights are pulled to zero.
  var weightDecay: Double { settings.optimizer.weightDecay ?? 0 }

  /// Limits the run to the steps that its time is enough for.
  mutating func take(_ fit: TimeFit) { settings.ending.steps = fit.steps }

  /// What the trainer is to do.
  ///
  /// - Parameter stepsPerEpoch: the batches that go through the data once.
  package func plan(stepsPerEpoch: Int) -> TrainingPlan {
    let optimizer = settings.optimizer
    let epochs = epochs(of: stepsPerEpoch)
    return TrainingPlan(
      epochs: epochs, optimizer: optimizer.makeOptimizer(),
      schedule: settings.schedule.makeSchedule(
        epochs: isWithinAnEpoch(stepsPerEpoch) ? 10 : epochs),
      gradientNormLimit: optimizer.gradientNormLimit > 0 ? optimizer.gradientNormLimit : nil,
      gradientValueLimit: optimizer.gradientValueLimit, stepLimit: settings.ending.steps,
      patience: patience(epochs: epochs), averaging: settings.averaging.averaging,
      shardCount: optimizer.shards, seed: settings.seed)
  }

  /// The epochs without an improvement that end the run: if the task chooses by validation, a fifth of all and at least five unless
  /// something else is asked for.
  private func patience(epochs: Int) -> Int? {
    guard let asked = settings.ending.patience else {
      return Task.choosesByValidation ? max(5, epochs / 5) : nil
    }
    return asked > 0 ? asked : nil
  }

  /// Whether the model that is written is the best by validation.
  var writesBest: Bool { Task.choosesByValidation || settings.ending.patience ?? 0 > 0 }

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
    settings.model.dropout = model.dropout ?? advice.dropout
    if model.dropout == nil { chosen.append("dropout") }
    if optimizer.weightDecay == nil, optimizer.optimizer == .adamw {
      settings.optimizer.weightDecay = advice.weightDecay
      chosen.append("weightDecay")
    }
    settings.optimizer.learningRate =
      optimizer.learningRate ?? Task.usualLearningRate(of: optimizer.optimizer)
    if model.cell == .rnn { settings.model.nonlinearity = model.nonlinearity ?? .tanh }
    return CompleteSettings(settings: settings, sizes: complete, chosen: chosen)
  }
}
