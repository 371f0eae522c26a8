internal import CUnroll

extension Kernels {
  /// Σ x.
  @inline(__always)
  package func sum(_ x: UnsafePointer<Float>, count: Int) -> Float {
    inKernelMode { $0.pointee.sum(x, count) }
  }

  /// Σ x², in double precision.
  @inline(__always)
  package func sumOfSquares(_ x: UnsafePointer<Float>, count: Int) -> Double {
    inKernelMode { $0.pointee.sumOfSquares(x, count) }
  }

  /// sum[j] += Σᵢ a[i, j], in order of i.
  @inline(__always)
  package func addRows(
    rows: Int, columns: Int, _ a: UnsafePointer<Float>, aRow: Int,
    to sum: UnsafeMutablePointer<Float>
  ) { inKernelMode { $0.pointee.addRows(rows, columns, a, aRow, sum) } }

  /// table[indices[i], :] += a[i, :] for each row i in order.
  @inline(__always)
  package func scatterRows(
    rows: Int, columns: Int, at indices: UnsafePointer<Int32>, _ a: UnsafePointer<Float>, aRow: Int,
    into target: UnsafeMutablePointer<Float>, targetRow: Int
  ) {
    inKernelMode { $0.pointee.scatterRows(rows, columns, indices, a, aRow, target, targetRow) }
  }
}
