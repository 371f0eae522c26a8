public import UnrollTensor

/// Inverted dropout in training, nothing in evaluation.
public struct Dropout: Sendable, Hashable {
  /// The probability that an element becomes zero, 0 ... 1.
  public let probability: Float
  /// Whether the same elements are dropped at all places of the first axis: at all steps of `[T, N, D]` (Gal and Ghahramani 2016).
  public let isVariational: Bool

  /// Creates a layer that drops with a probability.
  public init(_ probability: Float, isVariational: Bool = false) {
    guard (0...1).contains(probability) else {
      fatalError("The dropout probability is 0 ... 1, not \(probability)")
    }
    self.probability = probability
    self.isVariational = isVariational
  }

  /// The same shape with elements dropped in training; `x` itself in evaluation.
  public func callAsFunction(_ x: Tensor, mode: inout Mode) -> Tensor {
    guard probability > 0, case .training(var stream) = mode else { return x }
    defer { mode = .training(stream) }
    guard isVariational, !x.shape.isEmpty else {
      return dropout(x, probability: probability, using: &stream)
    }
    let once = Tensor(repeating: 1, shape: Shape([1] + x.shape.dropFirst()))
    return x * dropout(once, probability: probability, using: &stream)
  }
}
