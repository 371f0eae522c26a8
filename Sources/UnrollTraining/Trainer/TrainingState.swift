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
  /// The model with the best validation loss, kept if the run has a patience.
  public internal(set) var bestModel: Model?
  /// How far the run has come.
  public internal(set) var counters = TrainingCounters()

  init(_ model: Model, optimizer: any Optimizer) {
    self.model = model
    self.optimizer = optimizer
  }

  /// Whether all weights are finite.
  public var isFinite: Bool { model.norm.isFinite }

  /// Copies every tensor that is shared with another state now. Otherwise copy-on-write would copy them one by one in the next
  /// step, and both copies would keep packed weights.
  mutating func separate() {
    func copy(_: String, _ tensor: inout Tensor) { tensor.withUnsafeMutableElements { _ in } }
    model.forEachParameter(copy)
    optimizer.state.forEachBuffer(copy)
    carried?.forEachTensor(copy)
  }
}
