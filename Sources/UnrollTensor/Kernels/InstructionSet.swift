#if canImport(Darwin)
import Darwin
#elseif canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

/// The instruction set that the kernels use: the best that the machine has, or the one that `UNROLL_ISA` names.
///
/// All of them give the same bits, so where `UNROLL_ISA` names one that cannot be used, operations use the best
/// instead; `current()` says so.
public struct InstructionSet: Sendable, CustomStringConvertible {
  /// `baseline`, `avx2`, `avx512` or `neon`.
  public let name: String

  /// The name.
  public var description: String { name }

  /// The choice made for this process.
  ///
  /// - Throws: `InstructionSetError` when `UNROLL_ISA` names one that this machine or build lacks. Operations
  ///   work nevertheless, with the best that there is.
  public static func current() throws(InstructionSetError) -> InstructionSet {
    InstructionSet(name: try chosen.get().name)
  }

  fileprivate static let chosen: Result<Kernels, InstructionSetError> = {
    guard let variable = getenv("UNROLL_ISA"), variable.pointee != 0 else {
      return .success(.best)
    }
    let name = String(cString: variable)
    return Kernels(named: name).map { .success($0) } ?? .failure(InstructionSetError(name: name))
  }()
}

/// `UNROLL_ISA` names an instruction set that cannot be used.
public struct InstructionSetError: Error, Hashable, CustomStringConvertible {
  /// The name asked for.
  public let name: String

  /// What was asked for and what there is.
  public var description: String {
    "UNROLL_ISA is \"\(name)\", but this machine and build offer only "
      + Kernels.availableNames.joined(separator: ", ")
  }
}

/// The kernels of the chosen instruction set, or of the best where the choice cannot be followed.
package let kernels: Kernels = (try? InstructionSet.chosen.get()) ?? .best
