public import UnrollTensor

/// The mean over all elements of the squared differences.
public func meanSquaredError(_ prediction: Tensor, _ target: Tensor) -> Tensor {
  let difference = prediction - target
  return (difference * difference).mean()
}

/// The mean over all elements of −y log σ(x) − (1 − y) log(1 − σ(x)), in nats, for logits x and targets y of 0 ... 1.
///
/// Computed as log(1 + eˣ) − x y, with the larger of 0 and x taken out of the logarithm, so that it never overflows.
public func binaryCrossEntropy(_ logits: Tensor, _ targets: Tensor) -> Tensor {
  // Whatever is taken out is a constant: so the gradient has no kink at 0.
  let largest = relu(logits.detached())
  let rest = log(exp(-1 * largest) + exp(logits - largest))
  return (largest + rest - logits * targets).mean()
}
