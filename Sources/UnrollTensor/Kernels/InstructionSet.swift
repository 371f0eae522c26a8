package import CUnroll

#if canImport(Darwin)
import Darwin
#elseif canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

/// The instruction set that the kernels use: the best that the machine has, or the one that `UNROLL_ISA` names.
///
/// All of them give the same bits.
public struct InstructionSet: Sendable, CustomStringConvertible {
  /// `baseline`, `avx2`, `avx512` or `neon`.
  public let name: String

  /// The name.
  public var description: String { name }

  /// The choice made for this process.
  ///
  /// - Throws: `InstructionSetError` when `UNROLL_ISA` names one that this machine or build lacks.
  public static func current() throws(InstructionSetError) -> InstructionSet {
    let table = try chosen.get()
    return InstructionSet(name: String(cString: table.name))
  }

  fileprivate static let chosen: Result<CUnroll_Kernels, InstructionSetError> = {
    let wanted = getenv("UNROLL_ISA").map { String(cString: $0) }.flatMap { $0.isEmpty ? nil : $0 }
    guard let table = CUnroll_select(wanted) else {
      return .failure(InstructionSetError(name: wanted ?? ""))
    }
    return .success(table.pointee)
  }()
}

/// `UNROLL_ISA` names an instruction set that cannot be used.
public struct InstructionSetError: Error, Hashable, CustomStringConvertible {
  /// The name asked for.
  public let name: String

  /// What was asked for and what there is.
  public var description: String {
    let available = ["baseline", "avx2", "avx512", "neon"].filter { (name: String) in
      CUnroll_select(name) != nil
    }
    return "UNROLL_ISA is \"\(name)\", but this machine and build offer only "
      + available.joined(separator: ", ")
  }
}

/// The kernels of the chosen instruction set.
package let kernels: CUnroll_Kernels = {
  switch InstructionSet.chosen {
  case .success(let table): table
  case .failure(let error): fatalError(error.description)
  }
}()
