internal import UnrollFormats
internal import UnrollNN
internal import UnrollTensor

extension TrainingState {
  /// Adds all tensors but those of the model, their names behind `prefix`.
  func add(to writer: inout SafeTensorsWriter, prefix: String = "") throws {
    for (name, buffers) in optimizer.state.buffers {
      for (index, buffer) in buffers.enumerated() {
        try writer.add("\(prefix)optimizer.\(index).\(name)", buffer)
      }
    }
    if var carried {
      var tensors: [(String, Tensor)] = []
      carried.forEachTensor { tensors.append(($0, $1)) }
      for (name, tensor) in tensors { try writer.add("\(prefix)carried.\(name)", tensor) }
    }
    if let averagedModel { try writer.add(averagedModel, under: "\(prefix)averaged.") }
    if let bestModel, !isBest { try writer.add(bestModel, under: "\(prefix)best.") }
  }

  /// Whether what is measured after the last step is the best model, which then need not be kept twice.
  private var isBest: Bool {
    counters.best.map {
      $0.step == counters.stepCount && $0.retreatCount == counters.retreatCount
    } ?? false
  }

  /// Takes all that from the file.
  ///
  /// - Parameter nextBatch: the batch that the state is before, which has the carried state's shape.
  mutating func fill(
    from file: inout TensorFilling, _ saved: SavedCounters, prefix: String = "",
    nextBatch: () throws -> Model.Batch
  ) rethrows {
    counters = saved.counters
    var buffers: [String: [Tensor]] = [:]
    if saved.optimizerStep > 0 {
      for (name, parameter) in model.parameters {
        buffers[name] = (0..<optimizer.bufferCount).map { index in
          var buffer = parameter
          file.fill(&buffer, named: "\(prefix)optimizer.\(index).\(name)")
          return buffer
        }
      }
    }
    optimizer.state = OptimizerState(step: saved.optimizerStep, buffers: buffers)
    carried = nil
    if file.hasTensors("\(prefix)carried.") {
      var state = try model.startingState(rows: nextBatch().rowCount)
      state.forEachTensor { file.fill(&$1, named: "\(prefix)carried.\($0)") }
      carried = state
    }
    averagedModel = nil
    if file.hasTensors("\(prefix)averaged.") {
      var averaged = model
      file.fill(&averaged, under: "\(prefix)averaged.")
      averagedModel = averaged
    }
    bestModel = isBest ? measured : nil
    if file.hasTensors("\(prefix)best.") {
      var best = model
      file.fill(&best, under: "\(prefix)best.")
      bestModel = best
    }
  }
}

/// What a checkpoint has of a state beside its tensors.
struct SavedCounters: Hashable, Sendable {
  let counters: TrainingCounters
  let optimizerStep: Int

  init<Model>(_ state: TrainingState<Model>) {
    counters = state.counters
    optimizerStep = state.optimizer.state.step
  }

  init(_ field: JSON.Field) throws(JSONError) {
    counters = try TrainingCounters(field)
    optimizerStep = try field["optimizerSteps"].integer(in: 0...counters.stepCount)
  }

  var json: JSON {
    guard case .object(var object) = counters.json else { return .null }
    object["optimizerSteps"] = JSON(optimizerStep)
    return .object(object)
  }
}
