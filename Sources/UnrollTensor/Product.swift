internal import CUnroll

/// C = initial + A · B over all threads: by rows where there are enough of them, else by panels of columns.
///
/// A's element (i, l) is at `a[i * aRow + l * aColumn]`, C has rows of `columns` floats, and `initial` is one row for all.
func multiply(
  rows: Int, columns: Int, depth: Int, _ a: UnsafePointer<Float>, aRow: Int, aColumn: Int = 1,
  _ packed: Storage, initial: UnsafePointer<Float>? = nil, into c: UnsafeMutablePointer<Float>
) {
  let rowWork = max(columns * depth, 1)
  if rows >= 8 * Threads.count || columns <= kernels.panelWidth {
    forEachRange(of: rows, grain: max(4, workGrain / rowWork)) { range in
      kernels.product(
        range.count, columns, depth, a + range.lowerBound * aRow, aRow, aColumn, packed.pointer,
        initial, 0,
        c + range.lowerBound * columns, columns)
    }
  } else {
    let width = kernels.panelWidth
    let panels = (columns + width - 1) / width
    forEachRange(of: panels, grain: max(1, workGrain / max(rows * depth * width, 1))) { range in
      let first = range.lowerBound * width
      kernels.product(
        rows, min(columns, range.upperBound * width) - first, depth, a, aRow, aColumn,
        packed.pointer + first * depth, initial.map { $0 + first }, 0, c + first, columns)
    }
  }
}

/// C += Aᵀ · B, the sum over `rows` rows of both in order: the gradient of a weight. C is `[aColumns, bColumns]`.
///
/// A's rows are `aRow` floats apart, B's rows are `bColumns` long. Each thread has its own rows of C.
func accumulateProduct(
  overRows rows: Int, _ a: UnsafePointer<Float>, columns aColumns: Int, stride aRow: Int,
  _ b: UnsafePointer<Float>, columns bColumns: Int, into c: UnsafeMutablePointer<Float>
) {
  let work = max(rows * bColumns, 1)
  forEachRange(of: aColumns, grain: max(8, workGrain / work)) { range in
    let depth = min(rows, 512)
    let panels = Storage(uninitialized: kernels.packedCount(depth, bColumns))
    defer { withExtendedLifetime(panels) {} }
    for first in stride(from: 0, to: rows, by: max(depth, 1)) {
      let count = min(depth, rows - first)
      kernels.pack(count, bColumns, b + first * bColumns, bColumns, 1, panels.pointer)
      let target = c + range.lowerBound * bColumns
      kernels.product(
        range.count, bColumns, count, a + first * aRow + range.lowerBound, 1, aRow, panels.pointer,
        target, bColumns, target, bColumns)
    }
  }
}

/// The sum over rows, in order: `[columns]`.
func sumOfRows(_ a: UnsafePointer<Float>, rows: Int, columns: Int) -> Tensor {
  let result = Tensor(zeros: [columns])
  forEachRange(of: columns, grain: max(64, (1 << 16) / max(rows, 1))) { range in
    kernels.addRows(
      rows, range.count, a + range.lowerBound, columns, result.pointer + range.lowerBound)
  }
  return result
}

/// Multiply-adds below which a second thread does not pay.
private let workGrain = 1 << 16
