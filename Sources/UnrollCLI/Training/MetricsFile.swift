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

  /// Creates or empties the file.
  init(path: String) throws {
    guard let file = fopen(path, "w") else { throw Self.failure(path) }
    self.path = path
    self.file = file
  }

  deinit { fclose(file) }

  func write(_ report: Trainer<LanguageModel>.StepReport) throws {
    try write([
      "step": JSON(report.step), "loss": JSON(report.loss),
      "learningRate": JSON(report.learningRate),
      "gradientNorm": report.gradientNorm.map { JSON($0) } ?? .null,
      "targets": JSON(report.targetCount),
    ])
  }

  func write(epoch: Int, step: Int, loss: Double, validationLoss: Double?) throws {
    try write([
      "epoch": JSON(epoch), "step": JSON(step), "loss": JSON(loss),
      "validationLoss": validationLoss.map { JSON($0) } ?? .null,
    ])
  }

  private func write(_ line: JSON) throws {
    guard fputs(line.text() + "\n", file) >= 0, fflush(file) == 0 else { throw Self.failure(path) }
  }

  private static func failure(_ path: String) -> Failure {
    Failure(status: 74, description: "cannot write '\(path)': \(String(cString: strerror(errno)))")
  }
}
