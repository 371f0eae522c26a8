internal import UnrollFormats
internal import UnrollTraining

/// A file of JSON lines, written as things happen: one for the run, each step, each epoch, each time that the run goes on, and its
/// end. ``MetricsLog`` reads it.
///
/// Each line says under `event` what it is about. Keys stay as they are; others may be added.
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

  /// Writes a line about the whole run.
  func writeRun<Task: LearningTask>(
    of task: Task.Type, _ settings: RunSettings<Task.Settings>, _ identity: DataIdentity,
    _ beginning: RunBeginning
  ) throws {
    let data = beginning.data
    try write(
      "run",
      [
        "task": .string(Task.name), "version": .string(unrollVersion),
        "settings": .object(settings.object()), "data": identity.json,
        "tokens": JSON(data.tokenCount), "distinctTokens": JSON(data.distinctCount),
        "documents": data.documentCount.map { JSON($0) } ?? .null,
        "parameters": JSON(beginning.parameterCount), "steps": JSON(beginning.totalSteps),
        "stepsPerEpoch": JSON(beginning.stepsPerEpoch), "machine": Machine.this.json,
        "threads": JSON(beginning.threadCount),
      ])
  }

  /// Writes that the run goes on, perhaps elsewhere.
  func writeResumption(_ beginning: RunBeginning) throws {
    try write(
      "resumed",
      [
        "step": JSON(beginning.stepCount), "version": .string(unrollVersion),
        "machine": Machine.this.json, "threads": JSON(beginning.threadCount),
      ])
  }

  /// Writes the line of a step.
  ///
  /// - Parameter seconds: since the run began, over all sittings.
  func write(_ report: StepReport, _ pace: RunPace, seconds: Double) throws {
    var line: JSON = [
      "step": JSON(report.step), "epoch": JSON(report.epoch + 1), "loss": JSON(report.loss),
      "learningRate": JSON(report.learningRate), "gradientNorm": JSON(report.gradientNorm),
      "targets": JSON(report.targetCount), "seconds": milliseconds(seconds),
      "targetsPerSecond": JSON(Int(pace.targetsPerSecond)),
    ]
    switch report.outcome {
    case .updated: break
    case .skipped(let cause): line.add(["skipped": .string(cause)])
    case .retreated(let cause, let step):
      line.add(["skipped": .string(cause), "retreat": JSON(step)])
    }
    try write("step", line)
  }

  /// Writes the line of an epoch, which has a member for each of the figures.
  func write(_ report: EpochReport, figureNames: [String], seconds: Double) throws {
    var line: JSON = [
      "epoch": JSON(report.epoch), "step": JSON(report.step),
      "loss": report.loss.map { JSON($0) } ?? .null, "seconds": milliseconds(seconds),
    ]
    line.add(.measure(report.validation, figureNames, prefix: "validation"))
    try write("epoch", line)
  }

  /// Writes how the run ended, and what it came to.
  func writeEnd<Model>(_ result: RunResult<Model>, figureNames: [String], seconds: Double) throws {
    var line: JSON = [
      "ending": .string(result.ending.name), "modelStep": JSON(result.step),
      "seconds": milliseconds(seconds),
    ]
    line.add(.measure(result.validation, figureNames, prefix: "validation"))
    line.add(.measure(result.test, figureNames, prefix: "test"))
    try write("end", line)
  }

  private func milliseconds(_ seconds: Double) -> JSON {
    JSON((seconds * 1000).rounded() / 1000)
  }

  private func write(_ event: String, _ members: JSON) throws {
    var line: JSON = ["event": .string(event)]
    line.add(members)
    try file.append(Array((line.text() + "\n").utf8))
  }
}

extension JSON {
  /// Adds the members of another object.
  fileprivate mutating func add(_ other: JSON) {
    guard case .object(var object) = self, case .object(let more) = other else { return }
    for member in more.members { object[member.key] = member.value }
    self = .object(object)
  }

  fileprivate static func measure(_ measure: Measure?, _ names: [String], prefix: String) -> JSON {
    .object(
      Object(
        Measure.members(measure, names, prefix: prefix).map { .init(key: $0.key, value: $0.value) })
    )
  }
}

extension RunEnding {
  /// The name in metrics.
  var name: String {
    switch self {
    case .done: "done"
    case .outOfPatience: "outOfPatience"
    case .timeLimit: "timeLimit"
    case .interrupted: "interrupted"
    }
  }
}
