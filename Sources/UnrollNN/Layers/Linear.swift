public import UnrollTensor

/// y = x Wᵀ + b.
public struct Linear: Module {
  /// W, `[out, in]`.
  public var weight: Tensor
  /// b, `[out]`.
  public var bias: Tensor?

  /// Creates a layer with PyTorch's initial values: weight, then bias, uniform within ±1/√in.
  public init(
    inputSize: Int, outputSize: Int, bias hasBias: Bool = true, using random: inout MersenneTwister
  ) {
    guard inputSize > 0, outputSize > 0 else {
      fatalError("A linear layer from \(inputSize) to \(outputSize): both sizes are at least 1")
    }
    let bound = 1 / Double(inputSize).squareRoot()
    weight = .uniform([outputSize, inputSize], within: bound, using: &random)
    bias = hasBias ? .uniform([outputSize], within: bound, using: &random) : nil
  }

  /// Creates a layer from its parameters.
  public init(weight: Tensor, bias: Tensor?) {
    guard weight.shape.count == 2, bias.map({ $0.shape == [weight.shape[0]] }) ?? true else {
      fatalError(
        "The weight of a linear layer is [out, in] and its bias [out], not \(weight.shape) and \(bias?.shape ?? [])"
      )
    }
    self.weight = weight
    self.bias = bias
  }

  /// `[…, in]` to `[…, out]`.
  public func callAsFunction(_ x: Tensor) -> Tensor { linear(x, weight: weight, bias: bias) }

  /// `weight`, then `bias`.
  public mutating func forEachParameter(_ visit: (String, inout Tensor) -> Void) {
    visit("weight", &weight)
    bias.visit("bias", visit)
  }
}
