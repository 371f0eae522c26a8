package import UnrollFormats
public import UnrollNN

/// The folder with the checkpoints of one run, which this process has for itself.
///
/// A checkpoint appears in it whole and durably or not at all, and an older one is removed only after that.
public final class CheckpointStore {
  /// Where it is.
  public let folder: String
  private let operations: FileOperations
  private let lock: FolderLock
  /// The checkpoints that are known to be whole, since they were read or written here.
  private var verified: Set<CheckpointName> = []

  /// Creates the folder of a new run; an empty one may be there.
  ///
  /// - Throws: `FileError`, with code `inUse` if another process trains into it; `CheckpointError` with code `occupied` if there is
  ///   something in it.
  public convenience init(creating folder: String) throws {
    try self.init(creating: folder, using: .system)
  }

  package init(creating folder: String, using operations: FileOperations) throws {
    try DurableDirectory.create(folder, using: operations)
    // Nothing, not even a lock, is put into a folder of something else.
    let names = try Self.names(in: folder, operations)
    if !names.isEmpty, !names.contains(FolderLock.fileName) {
      throw Self.occupied(folder, names)
    }
    (self.folder, self.operations) = (folder, operations)
    lock = try FolderLock(folder, using: operations)
    removeLeftovers()
    let rest = try Self.names(in: folder, operations).filter { $0 != FolderLock.fileName }
    guard rest.isEmpty else { throw Self.occupied(folder, rest) }
  }

  /// Opens the folder of a run that is to go on.
  ///
  /// - Throws: `FileError`, with code `inUse` if another process trains into it; `CheckpointError` with code `missing` if there is no
  ///   checkpoint in it.
  public convenience init(opening folder: String) throws {
    try self.init(opening: folder, using: .system)
  }

  package init(opening folder: String, using operations: FileOperations) throws {
    guard try !Self.checkpoints(among: Self.names(in: folder, operations)).isEmpty else {
      throw CheckpointError(
        .missing, "there is no checkpoint in '\(folder)'; check the path, or begin a new run")
    }
    (self.folder, self.operations) = (folder, operations)
    lock = try FolderLock(folder, using: operations)
    removeLeftovers()
  }

  /// The newest checkpoint that is whole.
  ///
  /// - Parameter onDamage: is given the error of each newer one, and what is done instead.
  /// - Throws: the error of the newest, if none is whole.
  public func newest(onDamage: (any Error) -> Void = { _ in }) throws -> Checkpoint {
    var failures: [any Error] = []
    for name in try checkpoints().reversed() {
      do {
        let checkpoint = try Checkpoint(reading: path(of: name), using: operations)
        guard CheckpointName(checkpoint.current.counters) == name else {
          throw CheckpointError(.damaged, "'\(path(of: name))' holds the state of another step")
        }
        verified.insert(name)
        failures.forEach(onDamage)
        return checkpoint
      } catch {
        failures.append(error)
      }
    }
    throw failures.first
      ?? CheckpointError(.missing, "there is no checkpoint in '\(folder)'; begin a new run")
  }

  /// Writes a checkpoint; then removes older ones, but never the one with the best validation loss.
  ///
  /// - Parameters:
  ///   - trainer: what is kept.
  ///   - data: what it trains on.
  ///   - record: is given back with the checkpoint.
  ///   - metadata: is kept with the weights, in `model.safetensors`.
  ///   - keepLast: how many to keep, at least 1, the new one included.
  /// - Throws: `FileError`; the older checkpoints are then as they were.
  public func write<Model: Trainable>(
    _ trainer: borrowing Trainer<Model>, on data: TrainingData<Model.Batch>, record: String = "",
    metadata: [String: String] = [:], keepLast: Int = 2
  ) throws {
    let name = CheckpointName(trainer.current.counters)
    if !verified.contains(name) {
      // What is there under this name could not be read, or the run would have gone on from it.
      if (try? checkpoints())?.contains(name) == true {
        try DurableDirectory.remove(path(of: name), using: operations)
      }
      let (current, good) = trainer.savedStates(on: data)
      try Checkpoint.write(
        current, good: good,
        metadata: metadata, record: record, to: path(of: name), using: operations)
      verified.insert(name)
    }
    retain(keepLast, until: name, best: trainer.best.map { CheckpointName($0) })
  }

  /// Removes all up to `newest` but the last and the best; those after it are damaged, and not counted.
  private func retain(_ count: Int, until newest: CheckpointName, best: CheckpointName?) {
    let all = ((try? checkpoints()) ?? []).filter { $0 <= newest }
    for name in all.dropLast(max(1, count)) where name != best {
      try? DurableDirectory.remove(path(of: name), using: operations)
      verified.remove(name)
    }
  }

  private func path(of name: CheckpointName) -> String { "\(folder)/\(name.text)" }

  private func checkpoints() throws -> [CheckpointName] {
    Self.checkpoints(among: try Self.names(in: folder, operations))
  }

  private func removeLeftovers() {
    Leftovers.remove(in: folder, using: operations) { CheckpointName($0) != nil }
  }

  private static func checkpoints(among names: [String]) -> [CheckpointName] {
    names.compactMap { CheckpointName($0) }.sorted()
  }

  private static func names(
    in folder: String, _ operations: FileOperations
  ) throws -> [String] { try DurableDirectory.names(in: folder, using: operations) }

  private static func occupied(_ folder: String, _ names: [String]) -> CheckpointError {
    CheckpointError(
      .occupied,
      checkpoints(among: names).isEmpty
        ? "'\(folder)' is not empty; choose another folder for checkpoints"
        : "'\(folder)' has the checkpoints of a run already; resume that or choose another folder")
  }
}
