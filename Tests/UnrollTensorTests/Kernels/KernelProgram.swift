import CUnroll
import Testing
import UnrollTensor
import UnrollTestSupport

/// Calls of kernels on fixed numbers, to be compared between the tables of two instruction sets.
struct KernelProgram: Sendable, CustomTestStringConvertible {
  let testDescription: String
  private let body: @Sendable (CUnroll_Kernels, Numbers) -> [Tensor]

  init(_ name: String, _ body: @escaping @Sendable (CUnroll_Kernels, Numbers) -> [Tensor]) {
    testDescription = name
    self.body = body
  }

  /// Everything that the kernels of a table write, in the floating-point mode that they need.
  func run(_ table: CUnroll_Kernels, _ numbers: Numbers) -> [Tensor] {
    let before = CUnroll_enterKernels()
    defer { CUnroll_leaveKernels(before) }
    return body(table, numbers)
  }

  /// Those of all instruction sets that this machine can run, the baseline first.
  static let tables: [CUnroll_Kernels] = Kernels.availableNames.compactMap { name in
    CUnroll_select(name)?.pointee
  }

  static let all = elementwise + rows + products + storedProducts + optimizers + recurrences

  /// Widths and counts around the sixteen lanes.
  static let counts = [1, 3, 15, 16, 17, 33, 64, 65]

  /// Which numbers a program runs on.
  enum Numbers: CaseIterable, Sendable {
    case ordinary
    /// From the smallest denormal number to some that are so small that products of two are denormal or zero.
    case tiny

    func tensor(_ shape: Shape, seed: UInt64, in bounds: ClosedRange<Float> = -1...1) -> Tensor {
      switch self {
      case .ordinary: .random(shape, seed: seed, in: bounds)
      case .tiny: .tiny(shape, seed: seed, isSigned: bounds.lowerBound < 0)
      }
    }
  }
}
