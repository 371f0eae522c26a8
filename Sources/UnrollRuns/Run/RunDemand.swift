internal import UnrollFormats
internal import UnrollNN
internal import UnrollTraining

#if canImport(Darwin)
import Darwin
#elseif canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

/// What a run takes at the very least, so that one that cannot work is refused before it is tried.
struct RunDemand {
  private let model: ModelDemand
  private let memory: Double
  private let disk: Double
  private let checkpointDisk: Double

  init(
    of model: ModelDemand, targetsPerStep: Int, plan: TrainingPlan, keepLast: Int, isResumed: Bool
  ) {
    self.model = model
    let floatSize = Double(MemoryLayout<Float>.size)
    let parameters = Double(model.parameterCount)
    // Weights, their mean, and what the optimizer remembers: of the last step, and of a good state to go back to. The best model may
    // be the last one.
    let perState = 1 + plan.optimizer.bufferCount + (plan.averaging.isFromTheFirstStep ? 1 : 0)
    // Gradients, with shards those of one and their sum.
    let perParameter = 2 * perState + (plan.shardCount > 1 ? 2 : 1)
    let targetsPerShard = (targetsPerStep - 1) / plan.shardCount + 1
    memory =
      floatSize
      * (Double(perParameter) * parameters
        + 2 * Double(targetsPerShard) * Double(model.valuesPerTarget))
    disk = floatSize * parameters
    // Of one that is being written and, in a new run, of the first ones that are kept and the best.
    let kept = isResumed ? 0 : min(keepLast, 3) + 1
    checkpointDisk = disk * Double(perState * (kept + 1))
  }

  /// - Throws: `RunError` if the machine has not enough memory, or the disk of the model or of the checkpoints not enough room.
  func check(output: String, checkpoints folder: String?) throws(RunError) {
    try checkMemory()
    try checkDisk(room(beside: output), disk, output, "the model takes")
    if let folder {
      try checkDisk(room(beside: folder + "/"), checkpointDisk, folder, "checkpoints take")
    }
  }

  /// - Throws: `RunError` if the machine has not enough memory.
  func checkMemory() throws(RunError) {
    let machine = Double(sysconf(Int32(_SC_PHYS_PAGES))) * Double(sysconf(Int32(_SC_PAGESIZE)))
    guard memory <= machine else {
      throw RunError(
        .noMemory,
        "a model with \(groupedText(model.parameterCount)) parameters and these batches need at least "
          + "\(byteText(memory)) of memory, and this machine has \(byteText(machine)): \(model.remedy)"
      )
    }
  }

  private func checkDisk(
    _ room: Double?, _ demand: Double, _ path: String, _ what: String
  ) throws(RunError) {
    guard let room, room < demand else { return }
    throw RunError(
      .noRoom,
      "cannot write '\(path)': \(what) \(byteText(demand)) and its disk has only "
        + "\(byteText(room)) left; free some or choose another place")
  }

  private func room(beside path: String) -> Double? {
    Folder.freeBytes(beside: path).map { Double($0) }
  }
}

extension WeightAveraging {
  fileprivate var isFromTheFirstStep: Bool {
    if case .exponential = self { true } else { false }
  }
}
