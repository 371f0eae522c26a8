/// C = initial + A · B over all threads: by rows where there are enough of them, else by panels of columns.
///
/// A's element (i, l) is at `a[i * aRow + l * aColumn]`, C's rows are `cRow` floats apart, or contiguous, and `initial` is one
/// row for all.
func multiply(
  rows: Int, columns: Int, depth: Int, _ a: UnsafePointer<Float>, aRow: Int, aColumn: Int = 1,
  _ packed: Storage, initial: UnsafePointer<Float>? = nil, into c: UnsafeMutablePointer<Float>,
  cRow: Int? = nil
) {
  let cRow = cRow ?? columns
  if rows >= 8 * Threads.count || columns <= kernels.panelWidth {
    let grain = max(min(24, rows / Threads.count), workGrain / max(columns * depth, 1))
    forEachRange(of: rows, grain: grain, perThread: piecesPerThread) { range in
      kernels.product(
        rows: range.count, columns: columns, depth: depth, a + range.lowerBound * aRow, aRow: aRow,
        aColumn: aColumn, packed: packed.pointer, initial: initial,
        into: c + range.lowerBound * cRow, cRow: cRow)
    }
  } else {
    let width = kernels.panelWidth
    let panels = (columns + width - 1) / width
    forEachRange(of: panels, grain: max(1, workGrain / max(rows * depth * width, 1))) { range in
      let first = range.lowerBound * width
      kernels.product(
        rows: rows, columns: min(columns, range.upperBound * width) - first, depth: depth, a,
        aRow: aRow, aColumn: aColumn, packed: packed.pointer + first * depth,
        initial: initial.map { $0 + first }, into: c + first, cRow: cRow)
    }
  }
}

/// C = initial + A · B over all threads, B `weights` under a layout that is made for it, or that of few rows can do without.
func multiply(
  rows: Int, _ a: UnsafePointer<Float>, aRow: Int, _ weights: Storage, _ layout: PackedLayout,
  initial: UnsafePointer<Float>? = nil, into c: UnsafeMutablePointer<Float>, cRow: Int? = nil
) {
  let (columns, depth) = (layout.columns, layout.rows)
  if let packed = weights.packed(layout, forRows: rows) {
    return multiply(
      rows: rows, columns: columns, depth: depth, a, aRow: aRow, packed, initial: initial, into: c,
      cRow: cRow)
  }
  let width = kernels.panelWidth
  let grain = max(1, workGrain / max(depth * width, 1))
  forEachRange(of: columns / width, grain: grain, perThread: piecesPerThread) { range in
    let first = range.lowerBound * width
    kernels.storedProduct(
      rows: rows, columns: range.count * width, depth: depth, a, aRow: aRow,
      weight: weights.pointer + layout.offset + first * depth, initial: initial.map { $0 + first },
      into: c + first, cRow: cRow ?? columns)
  }
}

/// A left operand of `accumulateProducts`, and where its product goes.
struct LeftFactor {
  /// `[rows, columns]`, its rows `stride` floats apart.
  let a: UnsafePointer<Float>
  let columns: Int
  let stride: Int
  /// `[columns, bColumns]`.
  let c: UnsafeMutablePointer<Float>
}

/// C += Aᵀ · B for several A and one B, the sum over `rows` rows of both in order: the gradients of weights. The first of
/// several such sums does not read C.
///
/// B's rows are `bColumns` long. Each thread has rows of C of its own.
func accumulateProducts(
  overRows rows: Int, _ factors: [LeftFactor], _ b: UnsafePointer<Float>, columns bColumns: Int,
  isFirst: Bool
) {
  let depth = min(rows, rowsPerPass)
  let panels = Storage(uninitialized: kernels.packedCount(rows: depth, columns: bColumns))
  for first in stride(from: 0, to: max(rows, 1), by: max(depth, 1)) {
    let count = min(depth, rows - first)
    pack(
      rows: count, columns: bColumns, b + first * bColumns, rowStride: bColumns, columnStride: 1,
      into: panels.pointer)
    for factor in factors {
      let grain = max(
        min(24, factor.columns / Threads.count), workGrain / max(count * bColumns, 1))
      forEachRange(of: factor.columns, grain: grain, perThread: piecesPerThread) { range in
        let target = factor.c + range.lowerBound * bColumns
        kernels.product(
          rows: range.count, columns: bColumns, depth: count,
          factor.a + first * factor.stride + range.lowerBound, aRow: 1, aColumn: factor.stride,
          packed: panels.pointer, initial: isFirst && first == 0 ? nil : target,
          initialRow: bColumns, into: target, cRow: bColumns)
      }
    }
  }
  withExtendedLifetime(panels) {}
}

/// Lays out a matrix `[rows, columns]` as the right operand of a product, over all threads.
func pack(
  rows: Int, columns: Int, _ b: UnsafePointer<Float>, rowStride: Int, columnStride: Int,
  into packed: UnsafeMutablePointer<Float>
) {
  let width = kernels.panelWidth
  let panels = (columns + width - 1) / width
  forEachRange(of: panels, grain: max(1, (1 << 14) / max(rows * width, 1))) { range in
    let first = range.lowerBound * width
    kernels.pack(
      rows: rows, columns: min(columns, range.upperBound * width) - first, b + first * columnStride,
      rowStride: rowStride, columnStride: columnStride, into: packed + first * rows)
  }
}

/// The sum over rows, in order: `[columns]`.
func sumOfRows(_ a: UnsafePointer<Float>, rows: Int, columns: Int) -> Tensor {
  let result = Tensor(zeros: [columns])
  addSumOfRows(a, rows: rows, columns: columns, stride: columns, to: result.pointer)
  return result
}

/// sum[j] += Σ over rows, in order; the rows `stride` floats apart.
func addSumOfRows(
  _ a: UnsafePointer<Float>, rows: Int, columns: Int, stride: Int,
  to sum: UnsafeMutablePointer<Float>
) {
  forEachRange(of: columns, grain: max(64, (1 << 16) / max(rows, 1))) { range in
    kernels.addRows(
      rows: rows, columns: range.count, a + range.lowerBound, aRow: stride,
      to: sum + range.lowerBound)
  }
}

/// The rows that one pass over them, as the summed axis of a product, takes at once.
let rowsPerPass = 1024

/// Multiply-adds below which a second thread does not pay.
private let workGrain = 1 << 16

/// How many pieces of a product each thread has on average.
let piecesPerThread = 4
