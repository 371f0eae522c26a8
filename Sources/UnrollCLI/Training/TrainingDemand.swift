import Unroll
import UnrollModels
import UnrollNN
import UnrollTraining

#if canImport(Darwin)
import Darwin
#elseif canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

/// What a training run takes at the very least, so that one that cannot work is refused before it is tried.
struct TrainingDemand {
  private let parameterCount: Int
  private let memory: Double
  private let disk: Double
  private let checkpointDisk: Double

  /// - Throws: `ModelError` if the model is impossible.
  init(of command: TrainCommand, on data: LanguageData, isResumed: Bool) throws {
    let model = command.model.configuration
    let vocabularySize = data.tokenizer.vocabulary.count
    parameterCount = try LanguageModel.parameterCount(model, tokenizer: data.tokenizer)
    let targets = Double(data.training.batchSize) * Double(data.training.sequenceLength)
    let values = Double(model.layerCount * model.hiddenSize + vocabularySize)
    let floatSize = Double(MemoryLayout<Float>.size)
    // Weights, their gradients and two moments, and a good state to go back to; each unit and each logit at each step, and their gradients.
    memory = floatSize * (7 * Double(parameterCount) + 2 * targets * values)
    disk = floatSize * Double(parameterCount)
    // Weights and moments: of one that is being written and, in a new run, of the first ones that are kept and the best.
    let buffers = command.optimizer.plan.optimizer.bufferCount
    let kept = isResumed ? 0 : min(command.checkpoints.keepLast, 3) + 1
    checkpointDisk = disk * Double((1 + buffers) * (kept + 1))
  }

  /// - Throws: `Failure` if the machine has not enough memory, or the disk of `output` or of the checkpoints not enough room.
  func check(output: String, checkpoints folder: String?) throws {
    let machine = Double(sysconf(Int32(_SC_PHYS_PAGES))) * Double(sysconf(Int32(_SC_PAGESIZE)))
    guard memory <= machine else {
      throw Failure(
        status: 64,
        description:
          "a model with \(groupedText(parameterCount)) parameters and these batches need at least "
          + "\(gigabytes(memory)) of memory, and this machine has \(gigabytes(machine)): "
          + "choose a smaller --hidden-size, --layers, --batch-size or --sequence-length")
    }
    try checkDisk(freeRoom(beside: output), disk, output, "the model takes")
    if let folder {
      try checkDisk(freeRoom(beside: folder + "/"), checkpointDisk, folder, "checkpoints take")
    }
  }

  private func checkDisk(
    _ room: Double?, _ demand: Double, _ path: String, _ what: String
  ) throws {
    guard let room, room < demand else { return }
    throw Failure(
      status: 74,
      description:
        "cannot write '\(path)': \(what) \(gigabytes(demand)) and its disk has only "
        + "\(gigabytes(room)) left; free some or choose another place")
  }

  /// The bytes that are free where a file is to be written; `nil` if the system does not say.
  private func freeRoom(beside path: String) -> Double? {
    let folder = path.utf8.lastIndex(of: UInt8(ascii: "/")).map { String(path[...$0]) } ?? "."
    var status = statvfs()
    guard statvfs(folder, &status) == 0 else { return nil }
    return Double(status.f_bavail) * Double(status.f_frsize)
  }

  private func gigabytes(_ bytes: Double) -> String {
    bytes < 1e9 ? "\(decimalText(bytes / 1e6, 1)) MB" : "\(decimalText(bytes / 1e9, 1)) GB"
  }
}
