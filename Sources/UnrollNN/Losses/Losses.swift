public import UnrollTensor

/// The mean over all elements of the squared differences of tensors of one shape, or their sum.
public func meanSquaredError(
  _ prediction: Tensor, _ target: Tensor, reduction: LossReduction = .mean
) -> Tensor {
  requireEqualShapes(prediction, target, "meanSquaredError of a prediction")
  let difference = prediction - target
  return (difference * difference).reduced(by: reduction)
}

/// The mean over all elements of −y log σ(x) − (1 − y) log(1 − σ(x)), or their sum, in nats, for logits x and targets y of
/// 0 ... 1, of one shape.
///
/// Computed as log(1 + eˣ) − x y, with the larger of 0 and x taken out of the logarithm, so that it never overflows.
public func binaryCrossEntropy(
  _ logits: Tensor, _ targets: Tensor, reduction: LossReduction = .mean
) -> Tensor {
  requireEqualShapes(logits, targets, "binaryCrossEntropy of logits")
  // Whatever is taken out is a constant: so the gradient has no kink at 0.
  let largest = relu(logits.detached())
  let rest = log(exp(-largest) + exp(logits - largest))
  return (largest + rest - logits * targets).reduced(by: reduction)
}

extension Tensor {
  fileprivate func reduced(by reduction: LossReduction) -> Tensor {
    switch reduction {
    case .mean: mean()
    case .sum: sum()
    }
  }
}

/// Repetition, as in arithmetic, would only hide a mistake: `[N, 1]` against `[N]` would compare every pair.
private func requireEqualShapes(_ a: Tensor, _ b: Tensor, _ operation: StaticString) {
  guard a.shape == b.shape else {
    fatalError("\(operation) \(a.shape) needs targets of that shape, not \(b.shape)")
  }
}
