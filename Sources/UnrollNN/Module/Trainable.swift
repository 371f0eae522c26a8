public import UnrollTensor

/// What a trainer needs of a model: where a batch starts from, and how well the model does on it.
public protocol Trainable: Module {
  /// What one step is computed on.
  associatedtype Batch: TrainingBatch
  /// What is carried from one batch to the next: recurrent states, or nothing.
  associatedtype State: CarriedState

  /// The state before the first batch of a text.
  func startingState(for batch: Batch) -> State

  /// The mean loss over the targets of a batch, a scalar in nats, which leaves in `state` what the next batch starts from.
  ///
  /// - Parameter dropout: where dropout draws from; `nil` in evaluation, where nothing is dropped.
  func loss(of batch: Batch, state: inout State, dropout: inout RandomStream?) -> Tensor
}

/// One step's worth of data.
public protocol TrainingBatch: Sendable {
  /// Whether its state is the starting one, not that of the batch before.
  var startsAnew: Bool { get }
  /// The number of targets that count.
  var targetCount: Int { get }
}

/// What a model carries from one batch to the next, as tensors with names.
public protocol CarriedState: Sendable {
  /// Calls `visit` with each tensor and its name, always in the same order.
  mutating func forEachTensor(_ visit: (_ name: String, _ tensor: inout Tensor) -> Void)
}
