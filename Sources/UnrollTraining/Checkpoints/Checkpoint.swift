package import UnrollFormats
internal import UnrollNN

/// A checkpoint that has been read whole and verified: everything that a run needs to go on to the bit.
///
/// It is a folder of three files: `model.safetensors` with the weights, `trainer.safetensors` with the counters, the optimizer's
/// buffers, the carried state and, where it is another one, the last good state, and `run.json` with the caller's record; and of
/// `manifest.json`, written last, with the size and the SHA-256 of each.
public struct Checkpoint: Sendable {
  /// Where it is.
  public let path: String
  /// What the caller gave to be kept with it.
  public let record: String
  /// The weights, and the metadata that the caller gave.
  package let model: SafeTensors
  let trainer: SafeTensors
  let current: SavedCounters
  let good: SavedCounters?

  /// The steps taken.
  public var step: Int { current.counters.stepCount }

  static let modelName = "model.safetensors"
  static let trainerName = "trainer.safetensors"
  static let runName = "run.json"
  static let manifestName = "manifest.json"
  private static let version = 1
  private static let currentKey = "unroll.current"
  private static let goodKey = "unroll.good"

  /// Reads and verifies the checkpoint in a folder.
  ///
  /// - Throws: `CheckpointError` with code `damaged`, `FileError`, `SafeTensorsError`.
  init(reading path: String, using operations: FileOperations) throws {
    self.path = path
    func damaged(_ name: String, _ what: String) -> CheckpointError {
      CheckpointError(.damaged, "'\(path)/\(name)' \(what)")
    }
    func contents(_ name: String) throws -> FileContents {
      let file = "\(path)/\(name)"
      guard (try? operations.status(file))?.kind == .regular else {
        throw damaged(name, "is missing")
      }
      return try FileContents(reading: file, using: operations)
    }
    func json(_ name: String, _ contents: FileContents) throws -> JSON.Field {
      do {
        return try contents.withUnsafeBytes { try JSON(parsing: $0) }.field(
          named: "\(path)/\(name)")
      } catch let error as JSONError {
        throw damaged(name, "is not JSON: \(error.message)")
      }
    }
    do {
      let manifest = try json(Self.manifestName, contents(Self.manifestName))
      let version = try manifest["version"].integer()
      guard version == Self.version else {
        throw damaged(
          Self.manifestName,
          "has version \(version) of the format, this program reads \(Self.version)")
      }
      let files = try manifest["files"]
      let names = [Self.modelName, Self.trainerName, Self.runName]
      guard try Set(files.object().members.map(\.key)) == Set(names) else {
        throw damaged(Self.manifestName, "lists other files than \(names.joined(separator: ", "))")
      }
      func verified(_ name: String) throws -> FileContents {
        let contents = try contents(name)
        guard try contents.count == files[name]["bytes"].integer() else {
          throw damaged(name, "has \(contents.count) bytes and not those that were written")
        }
        var digest = SHA256()
        contents.withUnsafeBytes { digest.update($0) }
        guard try digest.hexadecimal == files[name]["sha256"].string() else {
          throw damaged(name, "has other bytes than were written")
        }
        return contents
      }
      model = try SafeTensors(verified(Self.modelName), source: "\(path)/\(Self.modelName)")
      trainer = try SafeTensors(verified(Self.trainerName), source: "\(path)/\(Self.trainerName)")
      guard let current = try Self.counters(in: trainer, Self.currentKey) else {
        throw damaged(Self.trainerName, "has no counters")
      }
      self.current = current
      good = try Self.counters(in: trainer, Self.goodKey)
      record = try verified(Self.runName).withUnsafeBytes { String(decoding: $0, as: UTF8.self) }
    } catch let error as JSONError {
      throw CheckpointError(.damaged, "'\(path)' is damaged: \(error.message)")
    }
  }

  private static func counters(in file: SafeTensors, _ key: String) throws -> SavedCounters? {
    try file.metadata[key].map { try SavedCounters(JSON(parsing: $0).field(named: key)) }
  }

  /// Writes the checkpoint of a trainer to a folder that does not exist yet, durably or not at all.
  ///
  /// - Parameters:
  ///   - good: the last good state, if it is not the current one.
  ///   - metadata: is kept with the weights.
  static func write<Model>(
    _ state: TrainingState<Model>, good: TrainingState<Model>?, metadata: [String: String],
    record: String, to path: String, using operations: FileOperations
  ) throws {
    var weights = SafeTensorsWriter(metadata: metadata)
    try weights.add(state.model)
    var trainer = SafeTensorsWriter(metadata: [currentKey: SavedCounters(state).json.text()])
    trainer.metadata[goodKey] = good.map { SavedCounters($0).json.text() }
    try state.add(to: &trainer)
    if let good {
      try trainer.add(good.model, under: "good.model.")
      try good.add(to: &trainer, prefix: "good.")
    }
    try DurableDirectory.write(to: path, using: operations) { [weights, trainer] folder in
      var files = JSON.Object()
      func add(_ name: String, _ body: (FileSink) throws -> Void) throws {
        var (digest, count) = (SHA256(), 0)
        try folder.write(name) { sink in
          try body(
            sink.observed {
              digest.update($0)
              count += $0.count
            })
        }
        files[name] = ["bytes": JSON(count), "sha256": .string(digest.hexadecimal)]
      }
      try add(modelName) { try weights.write(to: $0, source: "\(path)/\(modelName)") }
      try add(trainerName) { try trainer.write(to: $0, source: "\(path)/\(trainerName)") }
      try add(runName) { try $0.append([UInt8](record.utf8)) }
      let manifest: JSON = ["version": JSON(version), "files": .object(files)]
      try folder.write(manifestName) { try $0.append(manifest.utf8(indented: true)) }
    }
  }
}
