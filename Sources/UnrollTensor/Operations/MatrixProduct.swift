internal import CUnroll

/// The product of two matrices, or of two stacks of as many matrices.
///
/// `[…, m, k] · […, k, n] = […, m, n]`; either operand may be given transposed, `[…, k, m]` or `[…, n, k]`. The leading axes
/// of both must be equal, or `b` a single matrix for all of them.
public func matmul(
  _ a: Tensor, _ b: Tensor, transposeA: Bool = false, transposeB: Bool = false
) -> Tensor {
  precondition(
    a.shape.count >= 2 && b.shape.count >= 2, "matmul needs matrices, not \(a.shape) and \(b.shape)"
  )
  let left = Matrices(a, isTransposed: transposeA)
  let right = Matrices(b, isTransposed: transposeB)
  let isShared = b.shape.count == 2 && a.shape.count > 2
  precondition(
    left.columns == right.rows
      && (isShared || a.shape.dropLast(2).elementsEqual(b.shape.dropLast(2))),
    "matmul of \(a.shape)\(transposeA ? " transposed" : "") and \(b.shape)\(transposeB ? " transposed" : "")"
  )
  let result = Tensor(uninitialized: Shape(a.shape.dropLast(2) + [left.rows, right.columns]))
  if isShared && !transposeA {
    multiply(
      rows: left.count * left.rows, columns: right.columns, depth: left.columns, a.pointer,
      aRow: left.columns, b.storage.packed(right.layout(0)), into: result.pointer)
  } else {
    for index in 0..<left.count {
      multiply(
        rows: left.rows, columns: right.columns, depth: left.columns,
        a.pointer + index * left.elements, aRow: left.rowStride, aColumn: left.columnStride,
        b.storage.packed(right.layout(isShared ? 0 : index)),
        into: result.pointer + index * left.rows * right.columns)
    }
  }
  return result.recorded(from: a, b) { gradient in
    var da: Tensor?
    if a.isRecorded {
      let product = matmul(gradient, b.detached(), transposeB: !transposeB)
      let axes = product.shape.count
      da = transposeA ? product.transposed(axes - 2, axes - 1) : product
    }
    var db: Tensor?
    if b.isRecorded {
      // One matrix for a whole stack: its gradient is the product over all rows of the stack.
      let x = isShared ? a.detached().flattened(transposingMatrices: transposeA) : a.detached()
      let dy = isShared ? gradient.flattened(transposingMatrices: false) : gradient
      let isTransposed = transposeA && !isShared
      db =
        transposeB
        ? matmul(dy, x, transposeA: true, transposeB: isTransposed)
        : matmul(x, dy, transposeA: !isTransposed)
    }
    return [da, db]
  }
}

/// x Wᵀ + b over the last axis: `[…, in]` with weight `[out, in]` and bias `[out]` gives `[…, out]`.
///
/// Each element is one chain of fused multiply-adds that starts from the bias.
public func linear(_ x: Tensor, weight: Tensor, bias: Tensor?) -> Tensor {
  precondition(
    weight.shape.count == 2 && x.shape.last == weight.shape[1],
    "linear of \(x.shape) with a weight \(weight.shape)")
  let (outputs, inputs) = (weight.shape[0], weight.shape[1])
  precondition(
    bias == nil || bias?.shape == [outputs],
    "linear with \(outputs) outputs and a bias of \(bias?.shape ?? [])")
  let rows = x.shape.dropLast().reduce(1, *)
  let result = Tensor(uninitialized: Shape(x.shape.dropLast() + [outputs]))
  let transposed = PackedLayout(rows: inputs, columns: outputs, rowStride: 1, columnStride: inputs)
  multiply(
    rows: rows, columns: outputs, depth: inputs, x.pointer, aRow: inputs,
    weight.storage.packed(transposed),
    initial: bias?.pointer, into: result.pointer)
  let operands = [x, weight] + (bias.map { [$0] } ?? [])
  return recorded([result], from: operands) { gradients in
    guard let gradient = gradients[0] else { return [] }
    var dx: Tensor?
    if x.isRecorded {
      let product = Tensor(uninitialized: x.shape)
      let plain = PackedLayout(rows: outputs, columns: inputs, rowStride: inputs, columnStride: 1)
      multiply(
        rows: rows, columns: inputs, depth: outputs, gradient.pointer, aRow: outputs,
        weight.storage.packed(plain), into: product.pointer)
      dx = product
    }
    var dw: Tensor?
    if weight.isRecorded {
      let product = Tensor(zeros: weight.shape)
      accumulateProduct(
        overRows: rows, gradient.pointer, columns: outputs, stride: outputs, x.pointer,
        columns: inputs,
        into: product.pointer)
      dw = product
    }
    var db: Tensor?
    if let bias, bias.isRecorded { db = sumOfRows(gradient.pointer, rows: rows, columns: outputs) }
    return [dx, dw, db]
  }[0]
}

/// A tensor as a stack of matrices, as the left or right operand of a product.
private struct Matrices {
  let count: Int
  let rows: Int
  let columns: Int
  let rowStride: Int
  let columnStride: Int
  var elements: Int { rows * columns }

  init(_ tensor: Tensor, isTransposed: Bool) {
    let height = tensor.shape[tensor.shape.count - 2]
    let width = tensor.shape[tensor.shape.count - 1]
    count = tensor.shape.dropLast(2).reduce(1, *)
    (rows, columns) = isTransposed ? (width, height) : (height, width)
    (rowStride, columnStride) = isTransposed ? (1, width) : (width, 1)
  }

  func layout(_ index: Int) -> PackedLayout {
    PackedLayout(
      offset: index * elements, rows: rows, columns: columns, rowStride: rowStride,
      columnStride: columnStride)
  }
}

extension Tensor {
  /// A stack of matrices as one, row under row.
  fileprivate func flattened(transposingMatrices: Bool) -> Tensor {
    let source = transposingMatrices ? transposed(shape.count - 2, shape.count - 1) : self
    return source.reshaped([-1, source.shape[source.shape.count - 1]])
  }
}
