public import UnrollNN
internal import UnrollTensor

/// Where a run is: all that the rest of it depends on, beside its plan and its data.
public struct TrainingState<Model: Trainable>: Sendable {
  /// The model so far.
  public internal(set) var model: Model
  /// The optimizer so far.
  public internal(set) var optimizer: any Optimizer
  /// What the last batch left for the next one; `nil` before the first batch, and where the next one is known to start anew.
  public internal(set) var carried: Model.State?
  /// The mean of the weights over the steps, once the plan has one.
  public internal(set) var averagedModel: Model?
  /// The measured model with the best validation loss.
  public internal(set) var bestModel: Model?
  /// How far the run has come.
  public internal(set) var counters = TrainingCounters()

  init(_ model: Model, optimizer: any Optimizer) {
    self.model = model
    self.optimizer = optimizer
  }

  /// What is measured and written: the averaged model if there is one, else the last.
  public var measured: Model { averagedModel ?? model }

  /// Takes the weights after a step into their mean.
  mutating func average(by averaging: WeightAveraging) {
    let share: Float
    switch averaging {
    case .none: return
    case .exponential(let decay): share = Float(1 - decay)
    case .whenStalled:
      guard counters.hasStalled else { return }
      share = 1 / Float(counters.averagedSteps + 1)
    }
    counters.averagedSteps += 1
    if averagedModel == nil {
      averagedModel = model
    } else {
      averagedModel?.approach(model, by: share)
    }
  }

  /// Whether all weights are finite.
  public var isFinite: Bool { model.norm.isFinite }

  /// Copies every tensor that is shared with another state now. Otherwise copy-on-write would copy them one by one in the next
  /// step, and both copies would keep packed weights.
  mutating func separate() {
    func copy(_: String, _ tensor: inout Tensor) { tensor.withUnsafeMutableElements { _ in } }
    model.forEachParameter(copy)
    averagedModel?.forEachParameter(copy)
    optimizer.state.forEachBuffer(copy)
    carried?.forEachTensor(copy)
  }
}
