internal import CUnroll

/// For measuring what the machine can do.
extension Kernels {
  /// Runs multiply-adds that never leave the registers, two dozen a round; returns how many
  /// floating-point operations that were.
  package func multiplyAddPeak(rounds: Int) -> Double {
    inKernelMode { $0.pointee.multiplyAddPeak(rounds) }
  }

  /// Reads `count` floats, down to a multiple of 64, and returns their sum.
  package func readAll(_ x: UnsafePointer<Float>, count: Int) -> Float {
    inKernelMode { $0.pointee.readAll(x, count) }
  }
}
