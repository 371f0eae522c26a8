internal import CUnroll

/// The kernels of one instruction set, with names for their arguments.
///
/// Swift reaches C only through these methods, so no other target imports `CUnroll`. They allocate
/// nothing and check nothing: pointers must have room for the shapes. Matrices are row-major, strides
/// count floats.
package struct Kernels: @unchecked Sendable {
  /// Constant, and there as long as the process. Only `inKernelMode` calls what is in it.
  private let table: UnsafePointer<CUnroll_Kernels>

  /// Those of the named instruction set, or nil if this machine or build lacks it.
  package init?(named name: String) {
    guard let table = CUnroll_select(name) else { return nil }
    self.table = table
  }

  /// Those of the best instruction set that this machine has.
  static let best: Kernels = {
    guard let table = CUnroll_select(nil) else {
      fatalError("No table of kernels was built, not even the baseline")
    }
    return Kernels(table: table)
  }()

  private init(table: UnsafePointer<CUnroll_Kernels>) { self.table = table }

  /// The names of all instruction sets that this machine can run, the slowest first.
  package static var availableNames: [String] {
    ["baseline", "neon", "avx2", "avx512"].filter { Kernels(named: $0) != nil }
  }

  /// The name of the instruction set.
  package var name: String { String(cString: table.pointee.name) }

  /// Calls a kernel in the floating-point mode that all kernels need, and gives the thread its own mode back: rounding to
  /// nearest, numbers below the smallest normal one count as zero (see `CUnrollFloatingPoint.h`).
  ///
  /// There is no other way to a kernel, so none runs in another mode.
  @inline(__always)
  func inKernelMode<Result>(_ call: (UnsafePointer<CUnroll_Kernels>) -> Result) -> Result {
    let before = CUnroll_enterKernels()
    defer { CUnroll_leaveKernels(before) }
    return call(table)
  }

  /// The columns of a full panel of a packed matrix.
  @inline(__always)
  package var panelWidth: Int { table.pointee.panelWidth }
}
