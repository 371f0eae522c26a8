public import UnrollTensor

/// The mean over all elements of the squared differences.
public func meanSquaredError(_ prediction: Tensor, _ target: Tensor) -> Tensor {
  let difference = prediction - target
  return (difference * difference).mean()
}

/// The mean over all elements of −y log σ(x) − (1 − y) log(1 − σ(x)), in nats, for logits x and targets y of 0 ... 1.
///
/// Computed as max(x, 0) − x y + log(1 + e^−|x|), which never overflows.
public func binaryCrossEntropy(_ logits: Tensor, _ targets: Tensor) -> Tensor {
  let positive = relu(logits)
  let magnitude = positive + relu(-1 * logits)
  let rest = log(exp(-1 * magnitude) + Tensor(1))
  return (positive - logits * targets + rest).mean()
}
