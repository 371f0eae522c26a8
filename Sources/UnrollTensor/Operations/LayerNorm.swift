/// Layer normalisation along the last axis (Ba, Kiros and Hinton 2016): (x − mean) / √(variance + ε) · weight + bias.
///
/// `x` is `[…, D]`, weight and bias are `[D]`; the variance is the biased one.
public func layerNorm(_ x: Tensor, weight: Tensor, bias: Tensor, epsilon: Float = 1e-5) -> Tensor {
  let columns = lastAxis(of: x, "layerNorm")
  guard weight.shape == [columns], bias.shape == [columns] else {
    fatalError(
      "layerNorm of \(x.shape) needs weight and bias [\(columns)], not \(weight.shape) and \(bias.shape)"
    )
  }
  let rows = x.count / columns
  let result = Tensor(uninitialized: x.shape)
  let statistics = Storage(uninitialized: 2 * rows)
  let grain = max(1, elementGrain / (2 * columns))
  forEachRange(of: rows, grain: grain) { range in
    let first = range.lowerBound * columns
    kernels.layerNorm(
      rows: range.count, columns: columns, x.pointer + first, weight: weight.pointer,
      bias: bias.pointer, epsilon: epsilon, into: result.pointer + first,
      statistics: statistics.pointer + 2 * range.lowerBound)
  }
  return result.recorded(from: x, weight, bias) { gradient in
    let dx = Tensor(uninitialized: x.shape)
    let normalised = Tensor(uninitialized: x.shape)
    forEachRange(of: rows, grain: grain) { range in
      let first = range.lowerBound * columns
      kernels.layerNormGradient(
        rows: range.count, columns: columns, gradient.pointer + first, x.pointer + first,
        weight: weight.pointer, statistics: statistics.pointer + 2 * range.lowerBound,
        into: dx.pointer + first, normalised: normalised.pointer + first)
    }
    return [
      dx, (gradient * normalised).summed(toShape: weight.shape),
      gradient.summed(toShape: bias.shape),
    ]
  }
}
