internal import UnrollFormats
internal import UnrollTensor

#if canImport(Darwin)
import Darwin
#elseif canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

/// The machine that a run is on, for whoever reads its metrics later.
struct Machine {
  /// The name of the processor; empty where the system does not tell.
  let processor: String
  /// The processors that the system has.
  let processorCount: Int
  /// The instruction set of the kernels.
  let instructionSet: String

  /// The machine that this is.
  static var this: Machine {
    Machine(
      processor: processorName(), processorCount: Int(sysconf(Int32(_SC_NPROCESSORS_ONLN))),
      instructionSet: (try? InstructionSet.current().description) ?? "")
  }

  var json: JSON {
    [
      "processor": .string(processor), "processors": JSON(processorCount),
      "instructionSet": .string(instructionSet),
    ]
  }

  private static func processorName() -> String {
    #if canImport(Darwin)
    var size = 0
    guard sysctlbyname("machdep.cpu.brand_string", nil, &size, nil, 0) == 0, size > 1 else {
      return ""
    }
    var name = [UInt8](repeating: 0, count: size)
    guard sysctlbyname("machdep.cpu.brand_string", &name, &size, nil, 0) == 0 else { return "" }
    return String(decoding: name.prefix { $0 != 0 }, as: UTF8.self)
    #else
    guard let contents = try? FileContents(reading: "/proc/cpuinfo") else { return "" }
    let text = contents.withUnsafeBytes { String(decoding: $0, as: UTF8.self) }
    let line = text.split(separator: "\n").first { $0.hasPrefix("model name") }
    return line?.split(separator: ":").dropFirst().joined(separator: ":")
      .trimmingPrefix { $0 == " " }.description ?? ""
    #endif
  }
}
