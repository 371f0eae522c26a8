public import UnrollTensor

/// What a model carries from one batch to the next, as tensors with names.
public protocol CarriedState: Sendable {
  /// Calls `visit` with each tensor and its name, always in the same order.
  mutating func forEachTensor(_ visit: (_ name: String, _ tensor: inout Tensor) -> Void)
}

/// The state of a model that carries nothing from batch to batch.
public struct NoState: CarriedState, Hashable {
  /// Creates it.
  public init() {}

  /// Has no tensor.
  public mutating func forEachTensor(_ visit: (_ name: String, _ tensor: inout Tensor) -> Void) {}
}
