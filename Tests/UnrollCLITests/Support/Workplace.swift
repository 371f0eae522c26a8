import Foundation

/// A folder of its own in which the built command is run as a process; removed with everything in it at the end.
final class Workplace: Sendable {
  /// The folder that runs begin in.
  let path: String
  private let base: String

  init() throws {
    let name = "unroll-\(UUID().uuidString)"
    base = FileManager.default.temporaryDirectory.appendingPathComponent(name).path
    path = base + "/work"
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
  }

  deinit {
    try? FileManager.default.removeItem(atPath: base)
  }

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
    let streams = "\(base)/\(UUID().uuidString)"
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

  func write(_ text: String, to name: String) throws { try write([UInt8](text.utf8), to: name) }

  func write(_ bytes: [UInt8], to name: String) throws {
    try Data(bytes).write(to: URL(fileURLWithPath: "\(path)/\(name)"))
  }

  func bytes(of name: String) throws -> [UInt8] {
    [UInt8](try Data(contentsOf: URL(fileURLWithPath: "\(path)/\(name)")))
  }

  func text(of name: String) throws -> String {
    String(decoding: try bytes(of: name), as: UTF8.self)
  }

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
