import Unroll
import UnrollFormats
import UnrollModels
import UnrollTraining

#if canImport(Darwin)
import Darwin
#elseif canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

/// A file of JSON lines, one for each step and each epoch, written as they happen.
final class MetricsFile {
  private let path: String
  private let file: UnsafeMutablePointer<FILE>

  /// The bytes of all lines.
  private(set) var size: Int

  /// Creates or empties the file.
  convenience init(path: String) throws {
    try self.init(path: path, mode: "w", size: 0)
  }

  /// Opens the file and cuts it off after so many bytes, or where it ends before.
  convenience init(path: String, keeping size: Int) throws {
    var status = stat()
    let present = stat(path, &status) == 0 ? Int(status.st_size) : 0
    try self.init(path: path, mode: "a", size: min(size, present))
    guard ftruncate(fileno(file), off_t(self.size)) == 0 else { throw Self.failure(path) }
  }

  private init(path: String, mode: String, size: Int) throws {
    guard let file = fopen(path, mode) else { throw Self.failure(path) }
    self.path = path
    self.file = file
    self.size = size
  }

  deinit { fclose(file) }

  /// Waits until all lines are on the device.
  func synchronize() throws {
    guard fsync(fileno(file)) == 0 else { throw Self.failure(path) }
  }

  func write(_ report: StepReport) throws {
    var line: JSON.Object = .init([
      .init(key: "step", value: JSON(report.step)), .init(key: "loss", value: JSON(report.loss)),
      .init(key: "learningRate", value: JSON(report.learningRate)),
      .init(key: "gradientNorm", value: JSON(report.gradientNorm)),
      .init(key: "targets", value: JSON(report.targetCount)),
    ])
    switch report.outcome {
    case .updated: break
    case .skipped(let cause): line["skipped"] = .string(cause)
    case .retreated(let cause, let step):
      line["skipped"] = .string(cause)
      line["retreat"] = JSON(step)
    }
    try write(.object(line))
  }

  func write(
    epoch: Int, step: Int, loss: Double, validationLoss: Double?, validationBitsPerByte: Double?
  ) throws {
    try write([
      "epoch": JSON(epoch), "step": JSON(step), "loss": JSON(loss),
      "validationLoss": validationLoss.map { JSON($0) } ?? .null,
      "validationBitsPerByte": validationBitsPerByte.map { JSON($0) } ?? .null,
    ])
  }

  private func write(_ line: JSON) throws {
    let text = line.text() + "\n"
    guard fputs(text, file) >= 0, fflush(file) == 0 else { throw Self.failure(path) }
    size += text.utf8.count
  }

  private static func failure(_ path: String) -> Failure {
    Failure(status: 74, description: "cannot write '\(path)': \(String(cString: strerror(errno)))")
  }
}
