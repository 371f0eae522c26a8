import Foundation

/// A process under way, with its output in files.
final class RunningProcess {
  private let process: Process
  private let outputPath: String
  private let errorsPath: String

  init(_ process: Process, output: String, errors: String) throws {
    self.process = process
    outputPath = output
    errorsPath = errors
    for path in [output, errors] { try Data().write(to: URL(fileURLWithPath: path)) }
    process.standardOutput = FileHandle(forWritingAtPath: output)
    process.standardError = FileHandle(forWritingAtPath: errors)
    try Self.withSignalsAllowed { try process.run() }
  }

  deinit {
    if process.isRunning { kill(process.processIdentifier, SIGKILL) }
  }

  /// Children inherit which signals are blocked, as they are on the threads of a test, and which are ignored, as the
  /// interrupt is where the tests run in the background of a script.
  static func withSignalsAllowed(_ body: () throws -> Void) rethrows {
    signal(SIGINT, SIG_DFL)
    var none = sigset_t()
    var before = sigset_t()
    sigemptyset(&none)
    pthread_sigmask(SIG_SETMASK, &none, &before)
    defer { pthread_sigmask(SIG_SETMASK, &before, nil) }
    try body()
  }

  /// What came on standard error so far.
  var errors: String { (try? String(contentsOfFile: errorsPath, encoding: .utf8)) ?? "" }

  /// Waits until a text came on standard error, at most a minute; says whether it did.
  func waits(for text: String) -> Bool {
    let end = Date(timeIntervalSinceNow: 60)
    while Date() < end {
      if errors.contains(text) { return true }
      guard process.isRunning else { return errors.contains(text) }
      Thread.sleep(forTimeInterval: 0.01)
    }
    return false
  }

  /// Waits until so many bytes came on standard output, at most a minute; says whether they did.
  func waits(forOutput count: Int) -> Bool {
    let end = Date(timeIntervalSinceNow: 60)
    while Date() < end {
      let size = try? FileManager.default.attributesOfItem(atPath: outputPath)[.size] as? Int
      if (size ?? 0) >= count { return true }
      guard process.isRunning else { return false }
      Thread.sleep(forTimeInterval: 0.01)
    }
    return false
  }

  /// The bytes of memory that the process has in use now; `nil` where the system does not say.
  var residentBytes: Int? {
    guard
      let text = try? String(
        contentsOfFile: "/proc/\(process.processIdentifier)/statm", encoding: .utf8)
    else { return nil }
    let pages = text.split(separator: " ").dropFirst().first.flatMap { Int($0) }
    return pages.map { $0 * Int(sysconf(Int32(_SC_PAGESIZE))) }
  }

  func send(_ number: Int32) { kill(process.processIdentifier, number) }

  /// Waits for the end.
  func outcome() throws -> Outcome {
    process.waitUntilExit()
    let status = process.terminationStatus
    return Outcome(
      status: process.terminationReason == .uncaughtSignal ? -status : status,
      output: String(
        decoding: try Data(contentsOf: URL(fileURLWithPath: outputPath)), as: UTF8.self),
      errors: errors)
  }
}
