internal import UnrollFormats
internal import UnrollTraining

/// A file of JSON lines, one for each step and each epoch, written as they happen.
struct MetricsFile {
  private let file: AppendedFile

  /// The bytes of all lines.
  var size: Int { file.size }

  /// Creates or empties the file.
  init(path: String) throws { try self.init(path: path, keeping: 0) }

  /// Opens the file and cuts it off after `size` bytes, or leaves it if it is shorter.
  init(path: String, keeping size: Int) throws {
    file = try AppendedFile(appendingTo: path, keeping: size)
  }

  /// Waits until all lines are on the device.
  func synchronize() throws { try file.synchronize() }

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
    try write(line)
  }

  /// Writes the line of an epoch, which has a member for each of the figures.
  func write(_ report: EpochReport, figureNames: [String]) throws {
    var line = JSON.Object([
      .init(key: "epoch", value: JSON(report.epoch)), .init(key: "step", value: JSON(report.step)),
      .init(key: "loss", value: report.loss.map { JSON($0) } ?? .null),
    ])
    for (key, value) in Measure.members(report.validation, figureNames, prefix: "validation") {
      line[key] = value
    }
    try write(line)
  }

  private func write(_ line: JSON.Object) throws {
    try file.append(Array((JSON.object(line).text() + "\n").utf8))
  }
}
