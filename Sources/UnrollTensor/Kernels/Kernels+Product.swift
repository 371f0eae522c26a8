internal import CUnroll

extension Kernels {
  /// The floats that a packed matrix takes.
  @inline(__always)
  func packedCount(rows: Int, columns: Int) -> Int {
    inKernelMode { $0.pointee.packedCount(rows, columns) }
  }

  /// Lays a right operand out in panels of columns.
  @inline(__always)
  func pack(
    rows: Int, columns: Int, _ b: UnsafePointer<Float>, rowStride: Int, columnStride: Int,
    into packed: UnsafeMutablePointer<Float>
  ) {
    inKernelMode {
      $0.pointee.pack(
        rows, columns, CUnroll_Matrix(at: b, row: rowStride, column: columnStride), packed)
    }
  }

  /// C = initial + A · B, with A `[rows, depth]` and B `[depth, columns]` packed.
  ///
  /// A's element (i, l) is at a[i · aRow + l · aColumn], and one of the two strides is 1. Without `initial`,
  /// the sums start from 0; with an `initialRow` of 0, all rows start from the same one.
  @inline(__always)
  func product(
    rows: Int, columns: Int, depth: Int, _ a: UnsafePointer<Float>, aRow: Int, aColumn: Int = 1,
    packed: UnsafePointer<Float>, initial: UnsafePointer<Float>?, initialRow: Int = 0,
    into c: UnsafeMutablePointer<Float>, cRow: Int
  ) {
    inKernelMode {
      $0.pointee.product(
        rows, columns, depth, CUnroll_Matrix(at: a, row: aRow, column: aColumn), packed,
        CUnroll_Start(at: initial, row: initialRow), CUnroll_Target(at: c, row: cRow))
    }
  }

  /// C = initial + A · Wᵀ to the same bits, with W `[columns, depth]` not packed. Best for few rows.
  ///
  /// Columns and depth are multiples of `panelWidth`.
  @inline(__always)
  func storedProduct(
    rows: Int, columns: Int, depth: Int, _ a: UnsafePointer<Float>, aRow: Int,
    weight: UnsafePointer<Float>, initial: UnsafePointer<Float>?, initialRow: Int = 0,
    into c: UnsafeMutablePointer<Float>, cRow: Int
  ) {
    inKernelMode {
      $0.pointee.storedProduct(
        rows, columns, depth, CUnroll_Matrix(at: a, row: aRow, column: 1), weight,
        CUnroll_Start(at: initial, row: initialRow), CUnroll_Target(at: c, row: cRow))
    }
  }
}
