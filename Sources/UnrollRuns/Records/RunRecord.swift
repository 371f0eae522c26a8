internal import UnrollFormats

/// What a checkpoint keeps of its run beside the trainer: what was asked for, and on what data.
struct RunRecord<Task: LearningTask> {
  /// The version of the program.
  var version: String
  var settings: RunSettings<Task.Settings>
  var identity: DataIdentity
  /// The bytes of the file of metrics.
  var metricsSize = 0
  /// The seconds that the run has taken.
  var seconds = 0.0
  /// The last measure, and that of the best model.
  var measures = RunMeasures()

  init(settings: RunSettings<Task.Settings>, identity: DataIdentity) {
    version = unrollVersion
    self.settings = settings
    self.identity = identity
  }

  /// - Throws: `JSONError`, `RunError`.
  init(parsing text: String, of source: String) throws {
    let record = try JSON(parsing: text).field(named: "record")
    let task = try record["task"].string()
    guard task == Task.name else {
      throw RunError(
        .otherTask, "'\(source)' is a checkpoint of another task: it is \(task), not \(Task.name)")
    }
    version = try record["version"].string()
    settings = RunSettings()
    try settings.take(record["settings"].object(), from: "'\(source)'")
    identity = try DataIdentity(record["data"])
    metricsSize = try record["metricsBytes"].integer(in: 0...(1 << 53))
    seconds = try record["seconds"].double()
    measures = try RunMeasures(record["measures"])
  }

  var text: String {
    let json: JSON = [
      "version": .string(version),
      "task": .string(Task.name),
      "settings": .object(settings.object()),
      "data": identity.json,
      "metricsBytes": JSON(metricsSize),
      "seconds": JSON(seconds),
      "measures": measures.json,
    ]
    return json.text(indented: true)
  }
}

/// The version of Unroll, which files that it writes name.
public let unrollVersion = "0.1.0"
