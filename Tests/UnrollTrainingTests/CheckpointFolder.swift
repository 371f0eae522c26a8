import UnrollFormats
import UnrollNN
import UnrollTestSupport
import UnrollTraining

/// A folder for checkpoints, which is not there before one is written; removed with everything in it at the end.
struct CheckpointFolder {
  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  var path: String { folder("run") }

  /// The names of what is in the folder, sorted, without the lock.
  var names: [String] { get throws { try folder.names(in: "run").filter { $0 != "lock" } } }

  func bytes(of name: String) throws -> [UInt8] { try folder.bytes(of: "run/\(name)") }

  func write(_ bytes: [UInt8], to name: String) throws {
    try folder.write(bytes, to: "run/\(name)")
  }

  func remove(_ name: String) throws { try folder.remove("run/\(name)") }

  /// All files of a checkpoint.
  func files(of name: String) throws -> [String: [UInt8]] {
    let names = try folder.names(in: "run/\(name)")
    return Dictionary(
      uniqueKeysWithValues: try names.map { ($0, try bytes(of: "\(name)/\($0)")) })
  }

  /// The bytes of a trainer's checkpoint, which are all there is to know of it.
  static func files<Model>(
    of trainer: Trainer<Model>, on data: TrainingData<Model.Batch>
  ) throws -> [String: [UInt8]] {
    let folder = try CheckpointFolder()
    let store = try CheckpointStore(creating: folder.path)
    try store.write(trainer, on: data)
    return try folder.files(of: folder.names[0])
  }

  /// A trainer that goes on from what was just written by another.
  static func reopened<Model>(
    _ trainer: Trainer<Model>, as fresh: Model, on data: TrainingData<Model.Batch>
  ) throws -> Trainer<Model> {
    let folder = try CheckpointFolder()
    let store = try CheckpointStore(creating: folder.path)
    try store.write(trainer, on: data)
    var resumed = Trainer(fresh, plan: trainer.plan)
    try resumed.restore(try store.newest { _ in }, on: data)
    return resumed
  }
}
