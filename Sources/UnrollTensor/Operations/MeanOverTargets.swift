extension Tensor {
  /// This sum of losses as their mean over `count` targets.
  ///
  /// It is one division, and one in the backward pass, so that value and gradient have the bits of a loss that takes the mean
  /// itself: see `crossEntropy`.
  package func mean(over count: Int) -> Tensor {
    let divisor = Float(count)
    return Tensor(scalar / divisor).recorded(from: self) { [Tensor($0.scalar / divisor)] }
  }
}
