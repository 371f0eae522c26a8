/// The product of two matrices, or of two stacks of as many matrices.
///
/// `[…, m, k] · […, k, n] = […, m, n]`; either operand may be given transposed, `[…, k, m]` or `[…, n, k]`. The leading axes
/// of both must be equal, or `b` a single matrix for all of them.
public func matmul(
  _ a: Tensor, _ b: Tensor, transposeA: Bool = false, transposeB: Bool = false
) -> Tensor {
  guard a.shape.count >= 2, b.shape.count >= 2 else {
    fatalError("matmul needs matrices, not \(a.shape) and \(b.shape)")
  }
  let left = Matrices(a, isTransposed: transposeA)
  let right = Matrices(b, isTransposed: transposeB)
  let isShared = b.shape.count == 2 && a.shape.count > 2
  guard left.columns == right.rows else {
    fatalError(
      "matmul of \(a.shape)\(transposeA ? " transposed" : "") and \(b.shape)\(transposeB ? " transposed" : ""): rows of \(left.columns) elements do not meet columns of \(right.rows)"
    )
  }
  guard isShared || a.shape.dropLast(2).elementsEqual(b.shape.dropLast(2)) else {
    fatalError(
      "matmul of \(a.shape) and \(b.shape): the axes in front of the matrices have to be equal, or b a single matrix"
    )
  }
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
        // A matrix alone may be a weight, so its layout is kept; those of a stack are used here only.
        isShared || right.count == 1
          ? b.storage.packed(right.layout(0)) : right.layout(index).pack(b.pointer),
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
