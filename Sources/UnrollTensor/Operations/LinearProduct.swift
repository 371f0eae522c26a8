/// x Wᵀ + b over the last axis: `[…, in]` with weight `[out, in]` and bias `[out]` gives `[…, out]`.
///
/// Each element is one chain of fused multiply-adds that starts from the bias.
public func linear(_ x: Tensor, weight: Tensor, bias: Tensor?) -> Tensor {
  guard weight.shape.count == 2, x.shape.last == weight.shape[1] else {
    fatalError(
      "linear of \(x.shape) with a weight \(weight.shape): shapes are […, in] and [out, in]")
  }
  let (outputs, inputs) = (weight.shape[0], weight.shape[1])
  guard bias == nil || bias?.shape == [outputs] else {
    fatalError(
      "linear with a weight \(weight.shape) needs a bias [\(outputs)], not \(bias?.shape ?? [])")
  }
  let rows = x.shape.dropLast().reduce(1, *)
  var sizes = x.shape
  sizes[sizes.count - 1] = outputs
  let result = Tensor(uninitialized: sizes)
  Phase.outputLayer.timed {
    let transposed = PackedLayout(
      rows: inputs, columns: outputs, rowStride: 1, columnStride: inputs)
    multiply(
      rows: rows, x.pointer, aRow: inputs, weight.storage, transposed, initial: bias?.pointer,
      into: result.pointer)
  }
  guard x.isRecorded || weight.isRecorded || bias?.isRecorded ?? false else { return result }
  let operands = [x, weight] + (bias.map { [$0] } ?? [])
  return recorded([result], from: operands) { gradients in
    guard let gradient = gradients[0] else { return [] }
    return Phase.outputLayer.timed {
      var dx: Tensor?
      if x.isRecorded {
        let product = Tensor(uninitialized: x.shape)
        let plain = PackedLayout(
          rows: outputs, columns: inputs, rowStride: inputs, columnStride: 1)
        multiply(
          rows: rows, columns: inputs, depth: outputs, gradient.pointer, aRow: outputs,
          weight.storage.packed(plain), into: product.pointer)
        dx = product
      }
      var dw: Tensor?
      if weight.isRecorded {
        let product = Tensor(uninitialized: weight.shape)
        let factor = LeftFactor(
          a: gradient.pointer, columns: outputs, stride: outputs, c: product.pointer)
        accumulateProducts(overRows: rows, [factor], x.pointer, columns: inputs, isFirst: true)
        dw = product
      }
      var db: Tensor?
      if let bias, bias.isRecorded {
        db = sumOfRows(gradient.pointer, rows: rows, columns: outputs)
      }
      return [dx, dw, db]
    }
  }[0]
}
