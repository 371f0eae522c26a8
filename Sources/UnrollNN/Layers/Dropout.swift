public import UnrollTensor

/// Inverted dropout in training, nothing in evaluation.
public struct Dropout: Sendable, Hashable {
  /// The probability that an element becomes zero, 0 ... 1.
  public let probability: Float

  /// Creates a layer that drops with a probability.
  public init(_ probability: Float) {
    guard (0...1).contains(probability) else {
      fatalError("The dropout probability is 0 ... 1, not \(probability)")
    }
    self.probability = probability
  }

  /// The same shape with elements dropped in training; `x` itself in evaluation.
  public func callAsFunction(_ x: Tensor, mode: inout Mode) -> Tensor {
    guard probability > 0, case .training(var stream) = mode else { return x }
    defer { mode = .training(stream) }
    return dropout(x, probability: probability, using: &stream)
  }
}
