import Foundation
import UnrollTestSupport

/// A folder of its own in which the built command is run as a process; removed with everything in it at the end.
final class Workplace: Sendable {
  /// With the folder that runs begin in, and beside it what they read and write on standard streams.
  private let folder: TemporaryFolder

  init() throws {
    folder = try TemporaryFolder()
    try makeFolder(".")
  }

  /// The folder that runs begin in.
  var path: String { folder("work") }

  /// Runs `unroll` to its end.
  func unroll(
    _ arguments: [String], input: String = "", environment: [String: String] = [:]
  ) throws -> Outcome {
    try start(Self.executable, arguments, input: input, environment: environment).outcome()
  }

  func unroll(_ arguments: String...) throws -> Outcome { try unroll(arguments) }

  /// Starts `unroll` and leaves it running.
  func start(
    _ arguments: [String], environment: [String: String] = [:]
  ) throws -> RunningProcess {
    try start(Self.executable, arguments, environment: environment)
  }

  /// Starts a shell script that knows the command as `$unroll`.
  func start(script: String) throws -> RunningProcess {
    try start("/bin/sh", ["-c", script], environment: ["unroll": Self.executable])
  }

  /// Runs such a script to its end.
  func shell(_ script: String) throws -> Outcome { try start(script: script).outcome() }

  private func start(
    _ executable: String, _ arguments: [String], input: String = "",
    environment: [String: String] = [:]
  ) throws -> RunningProcess {
    let streams = folder(UUID().uuidString)
    try Data(input.utf8).write(to: URL(fileURLWithPath: streams + ".in"))
    let process = Process()
    process.executableURL = URL(fileURLWithPath: executable)
    process.arguments = arguments
    process.currentDirectoryURL = URL(fileURLWithPath: path)
    process.environment = ProcessInfo.processInfo.environment
      .filter { $0.key != "UNROLL_ISA" }.merging(environment) { $1 }
    process.standardInput = FileHandle(forReadingAtPath: streams + ".in")
    return try RunningProcess(process, output: streams + ".out", errors: streams + ".err")
  }

  // MARK: Files

  func write(_ text: String, to name: String) throws { try folder.write(text, to: "work/\(name)") }
  func write(_ bytes: [UInt8], to name: String) throws {
    try folder.write(bytes, to: "work/\(name)")
  }
  func bytes(of name: String) throws -> [UInt8] { try folder.bytes(of: "work/\(name)") }
  func text(of name: String) throws -> String { try folder.text(of: "work/\(name)") }
  func metrics(of name: String) throws -> String { try folder.metrics(of: "work/\(name)") }

  func makeFolder(_ name: String) throws {
    try FileManager.default.createDirectory(
      atPath: "\(path)/\(name)", withIntermediateDirectories: true)
  }

  /// The names of all files and folders, sorted.
  var names: [String] {
    get throws { try FileManager.default.subpathsOfDirectory(atPath: path).sorted() }
  }

  // MARK: The command

  /// The built command, which lies beside the tests.
  static let executable: String = {
    let bundle = Bundle(for: Workplace.self).bundleURL
    let folder = bundle.pathExtension == "xctest" ? bundle.deletingLastPathComponent() : bundle
    return folder.appendingPathComponent("unroll").path
  }()
}

/// How a process ended and what it wrote.
struct Outcome {
  /// The exit status; the negative number of the signal that ended the process, if one did.
  let status: Int32
  /// What came on standard output.
  let output: String
  /// What came on standard error.
  let errors: String

  /// The first line of standard error.
  var firstError: String { errors.split(separator: "\n").first.map(String.init) ?? "" }
}
