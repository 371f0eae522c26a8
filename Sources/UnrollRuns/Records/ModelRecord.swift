internal import UnrollFormats
internal import UnrollModels

/// What a model file keeps about how the model came to be.
struct ModelRecord<Task: LearningTask> {
  var settings: CompleteSettings<Task.Settings>
  var identity: DataIdentity
  var steps: Int
  /// The mean training loss of the epoch that the model is from, in nats.
  var loss: Double?
  var validation: Measure?
  var test: Measure?
  var batchSize: Int
  var sequenceLength: Int
  var parameterCount: Int

  /// The record as a model file has it.
  var file: TrainingRecord { TrainingRecord(members) }

  /// A figure of a part is called `validationLoss`; settings are those that change the result.
  private var members: JSON.Object {
    var record = JSON.Object()
    record["steps"] = JSON(steps)
    record["loss"] = loss.map { JSON($0) } ?? .null
    for (prefix, measure) in [("validation", validation), ("test", test)] {
      for (key, value) in Measure.members(measure, Task.figureNames, prefix: prefix) {
        record[key] = value
      }
    }
    record["task"] = .string(Task.name)
    record["parameters"] = JSON(parameterCount)
    record["data"] = identity.json
    // The shape of the batches may be smaller than what was asked for.
    var given = settings.settings
    (given.sizes.batchSize, given.sizes.sequenceLength) = (batchSize, sequenceLength)
    record["settings"] = .object(given.object(where: \.changesResult))
    record["version"] = .string(unrollVersion)
    return record
  }
}

extension Measure {
  /// Members such as `validationLoss` for the named figures; null where there is no measure.
  static func members(
    _ measure: Measure?, _ names: [String], prefix: String
  ) -> [(key: String, value: JSON)] {
    names.map { name in
      let figure = measure?.figures.first { $0.name == name }
      return (
        prefix + name.prefix(1).uppercased() + name.dropFirst(),
        figure.map { JSON($0.value) } ?? .null
      )
    }
  }
}
