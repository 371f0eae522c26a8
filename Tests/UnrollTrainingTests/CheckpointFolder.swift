import Foundation
import UnrollFormats
import UnrollNN
import UnrollTraining

/// A folder for checkpoints, removed with everything in it at the end.
final class CheckpointFolder: Sendable {
  let path: String

  init() {
    path =
      FileManager.default.temporaryDirectory.appendingPathComponent("unroll-\(UUID().uuidString)")
      .path
  }

  deinit { try? FileManager.default.removeItem(atPath: path) }

  /// The names of what is in the folder, sorted, without the lock.
  var names: [String] {
    get throws {
      try FileManager.default.contentsOfDirectory(atPath: path).filter { $0 != "lock" }.sorted()
    }
  }

  func bytes(of name: String) throws -> [UInt8] {
    [UInt8](try Data(contentsOf: URL(fileURLWithPath: "\(path)/\(name)")))
  }

  func write(_ bytes: [UInt8], to name: String) throws {
    try Data(bytes).write(to: URL(fileURLWithPath: "\(path)/\(name)"))
  }

  func remove(_ name: String) throws {
    try FileManager.default.removeItem(atPath: "\(path)/\(name)")
  }

  /// All files of a checkpoint.
  func files(of name: String) throws -> [String: [UInt8]] {
    let names = try FileManager.default.contentsOfDirectory(atPath: "\(path)/\(name)")
    return Dictionary(
      uniqueKeysWithValues: try names.map { ($0, try bytes(of: "\(name)/\($0)")) })
  }

  /// The bytes of a trainer's checkpoint, which are all there is to know of it.
  static func files<Model>(
    of trainer: Trainer<Model>, on data: TrainingData<Model.Batch>
  ) throws -> [String: [UInt8]] {
    let folder = CheckpointFolder()
    let store = try CheckpointStore(creating: folder.path)
    try store.write(trainer, on: data)
    return try folder.files(of: folder.names[0])
  }

  /// A trainer that goes on from what was just written by another.
  static func reopened<Model>(
    _ trainer: Trainer<Model>, as fresh: Model, on data: TrainingData<Model.Batch>
  ) throws -> Trainer<Model> {
    let folder = CheckpointFolder()
    let store = try CheckpointStore(creating: folder.path)
    try store.write(trainer, on: data)
    var resumed = Trainer(fresh, plan: trainer.plan)
    try resumed.restore(try store.newest { _ in }, on: data)
    return resumed
  }
}
