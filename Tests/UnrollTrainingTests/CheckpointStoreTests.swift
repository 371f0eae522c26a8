import Foundation
import Testing
import UnrollFormats
import UnrollNN
import UnrollTensor
import UnrollTestSupport
import UnrollTraining

/// The folder of checkpoints: what is in it after failures, damage and time.
struct CheckpointStoreTests {
  private let folder: CheckpointFolder

  init() throws { folder = try CheckpointFolder() }
  private let data = TrainingData(stepsPerEpoch: 4) { step in
    Pulled.Batch(target: Float(step), startsAnew: step % 4 == 0)
  }

  /// A trainer after some steps.
  private func trainer(_ steps: Int) throws -> Trainer<Pulled> {
    var trainer = Trainer(
      Pulled(),
      plan: TrainingPlan(epochs: 100, optimizer: Adam(learningRate: 0.5), patience: 50))
    for _ in 0..<steps { _ = try trainer.step(on: data) }
    return trainer
  }

  /// Writes checkpoints after so many steps each.
  private func write(_ store: CheckpointStore, _ steps: Int...) throws {
    for count in steps { try store.write(trainer(count), on: data, record: "after \(count)") }
  }

  private func reopened(
    _ onDamage: (any Error) -> Void = { Issue.record($0) }
  ) throws -> Checkpoint {
    try CheckpointStore(opening: folder.path).newest(onDamage: onDamage)
  }

  @Test func newestIsReadBackWithItsRecord() throws {
    try write(CheckpointStore(creating: folder.path), 3, 5)
    let checkpoint = try reopened()
    #expect(checkpoint.step == 5)
    #expect(checkpoint.record == "after 5")
    #expect(checkpoint.path == "\(folder.path)/step-0000000005")
    var restored = try trainer(0)
    try restored.restore(checkpoint, on: data)
    #expect(
      try CheckpointFolder.files(of: restored, on: data)
        == CheckpointFolder.files(of: trainer(5), on: data))
  }

  @Test func metadataTravelsWithTheWeights() throws {
    let store = try CheckpointStore(creating: folder.path)
    try store.write(trainer(2), on: data, metadata: ["kind": "pulled"])
    let file = try SafeTensors(contentsOf: "\(folder.path)/step-0000000002/model.safetensors")
    #expect(file.metadata == ["kind": "pulled"])
    #expect(file.tensors.map(\.name) == ["value"])
  }

  @Test func sameStepIsWrittenOnce() throws {
    let store = try CheckpointStore(creating: folder.path)
    try write(store, 2, 2)
    #expect(try folder.names == ["step-0000000002"])
  }

  // MARK: What is kept

  @Test(arguments: [
    (1, ["06"]), (2, ["05", "06"]), (3, ["04", "05", "06"]), (9, ["02", "04", "05", "06"]),
  ])
  func lastOnesAreKept(_ count: Int, _ expected: [String]) throws {
    let store = try CheckpointStore(creating: folder.path)
    for steps in [2, 4, 5, 6] { try store.write(trainer(steps), on: data, keepLast: count) }
    #expect(try folder.names == expected.map { "step-00000000\($0)" })
  }

  @Test func bestIsKeptUntilThereIsABetterOne() throws {
    let store = try CheckpointStore(creating: folder.path)
    var trainer = try trainer(0)
    var kept: [[String]] = []
    for (epoch, loss) in [3.0, 2.0, 2.5, 2.6, 2.7, 1.0].enumerated() {
      for _ in 0..<4 { _ = try trainer.step(on: data) }
      trainer.note(validationLoss: loss, afterEpochs: epoch + 1)
      try store.write(trainer, on: data, keepLast: 1)
      kept.append(try folder.names.map { String($0.suffix(2)) })
    }
    #expect(kept == [["04"], ["08"], ["08", "12"], ["08", "16"], ["08", "20"], ["24"]])
  }

  @Test func laterIsWhatCameAfterARetreat() throws {
    let store = try CheckpointStore(creating: folder.path)
    let diverging = TrainingData(stepsPerEpoch: 1000) { _ in
      Pulled.Batch(target: 1, startsAnew: true)
    }
    var trainer = Trainer(
      Pulled(), plan: TrainingPlan(epochs: 1, optimizer: SGD(learningRate: 4)))
    while trainer.current.counters.retreatCount == 0 { _ = try trainer.step(on: diverging) }
    for _ in 0..<3 {
      try store.write(trainer, on: diverging, keepLast: 2)
      _ = try trainer.step(on: diverging)
    }
    #expect(try folder.names == ["step-0000000002-retreat-1", "step-0000000003-retreat-1"])
    #expect(try store.newest { _ in }.step == 3)
  }

  // MARK: Failures

  @Test(arguments: [SystemError.ioFailure, .noSpace, .permissionDenied])
  func failureOfAnyCallLeavesAWholeCheckpoint(_ failure: SystemError) throws {
    var failing = 0
    while true {
      let folder = try CheckpointFolder()
      try write(CheckpointStore(creating: folder.path), 3)
      let old = try folder.files(of: "step-0000000003")
      let call = failing
      let faults = FaultInjection { index, _ in index == call ? failure : nil }
      let error = Result {
        let store = try CheckpointStore(opening: folder.path, using: faults.operations)
        try store.write(trainer(5), on: data, record: "after 5", keepLast: 1)
      }
      #expect(faults.openFiles == 0)
      if case .failure(let error) = error {
        #expect("\(error)".hasPrefix("cannot ") && "\(error)".contains("'\(folder.path)"))
      }
      let store = try CheckpointStore(opening: folder.path)
      let checkpoint = try store.newest { Issue.record("\($0) after \(faults.calls[call])") }
      if checkpoint.step == 3 {
        #expect(try folder.files(of: "step-0000000003") == old)
        #expect(throws: (any Error).self) { try error.get() }
      }
      // Opening has removed what is unfinished.
      #expect(try folder.names.allSatisfy { !$0.contains(".tmp.") })
      if failing >= faults.calls.count {
        #expect(throws: Never.self) { try error.get() }
        #expect(try folder.names == ["step-0000000005"])
        break
      }
      failing += 1
    }
    #expect(failing > 40)
  }

  @Test func failedCheckpointIsMadeUpForByTheNext() throws {
    // The first is moved to its name, and the second cannot be.
    let faults = FaultInjection { _, name in name == "rename" ? .noSpace : nil }
    var operations = FileOperations.system
    operations.rename = { path, newPath throws(SystemError) in
      if newPath.hasSuffix("3") { try faults.operations.rename(path, newPath) }
      try FileOperations.system.rename(path, newPath)
    }
    let store = try CheckpointStore(creating: folder.path, using: operations)
    try write(store, 2)
    let error = #expect(throws: FileError.self) { try write(store, 3) }
    #expect(error?.code == .noSpace)
    #expect(try folder.names == ["step-0000000002"])
    try write(store, 4)
    #expect(try folder.names == ["step-0000000002", "step-0000000004"])
    #expect(try store.newest { Issue.record($0) }.step == 4)
  }

  // MARK: Damage

  enum Damage: CaseIterable {
    case removed, emptied, truncated, extended, flipped

    func apply(_ bytes: [UInt8]) -> [UInt8]? {
      switch self {
      case .removed: nil
      case .emptied: []
      case .truncated: Array(bytes.dropLast())
      case .extended: bytes + [32]
      case .flipped: bytes.enumerated().map { $0 == bytes.count / 2 ? $1 ^ 1 : $1 }
      }
    }
  }

  static let fileNames = [
    "manifest.json", "model.safetensors", "run.json", "trainer.safetensors",
  ]

  @Test(arguments: fileNames, Damage.allCases)
  func damagedCheckpointGivesWayToTheOneBefore(_ name: String, _ damage: Damage) throws {
    // A space at the end of JSON is none.
    guard name != "manifest.json" || damage != .extended else { return }
    try write(CheckpointStore(creating: folder.path), 3, 5)
    let path = "step-0000000005/\(name)"
    let bytes = try folder.bytes(of: path)
    try folder.remove(path)
    try damage.apply(bytes).map { try folder.write($0, to: path) }
    var warnings: [String] = []
    let checkpoint = try reopened { warnings.append("\($0)") }
    #expect(checkpoint.step == 3)
    #expect(warnings.count == 1)
    #expect(warnings[0].contains("step-0000000005"))
    // The damaged one is written anew when its turn comes, and the good one stays until then.
    let store = try CheckpointStore(opening: folder.path)
    _ = try store.newest { _ in }
    try store.write(trainer(4), on: data, record: "after 4", keepLast: 1)
    #expect(try folder.names == ["step-0000000004", "step-0000000005"])
    try store.write(trainer(5), on: data, record: "after 5", keepLast: 1)
    #expect(try folder.names == ["step-0000000005"])
    _ = consume store
    #expect(try reopened().record == "after 5")
  }

  @Test func withoutAWholeCheckpointTheNewestIsTheError() throws {
    try write(CheckpointStore(creating: folder.path), 3, 5)
    for step in ["3", "5"] { try folder.remove("step-000000000\(step)/model.safetensors") }
    let error = #expect(throws: CheckpointError.self) { _ = try reopened() }
    #expect(error?.code == .damaged)
    #expect(
      error?.message == "'\(folder.path)/step-0000000005/model.safetensors' is missing")
  }

  @Test func checkpointUnderAnotherNameIsDamaged() throws {
    try write(CheckpointStore(creating: folder.path), 3)
    try FileManager.default.moveItem(
      atPath: "\(folder.path)/step-0000000003", toPath: "\(folder.path)/step-0000000099")
    let error = #expect(throws: CheckpointError.self) { _ = try reopened() }
    #expect(error?.message.hasSuffix("/step-0000000099' holds the state of another step") == true)
  }

  static let hostileManifests = [
    "", "null", "[]", "{}", "3", "\"text\"", #"{"version": "1", "files": {}}"#,
    #"{"version": 1}"#, #"{"version": 1, "files": []}"#, #"{"version": 1, "files": {}}"#,
    #"{"version": 2, "files": {}}"#, #"{"version": 1e400, "files": {}}"#,
    #"{"version": 99999999999999999999, "files": {}}"#,
    #"{"version": 1, "files": {"../../../etc/passwd": {"bytes": 1, "sha256": ""}}}"#,
    #"{"version": 1, "files": {"model.safetensors": 1, "trainer.safetensors": 2, "run.json": 3}}"#,
    #"{"version": 1, "files": {"model.safetensors": {"bytes": -1, "sha256": 7}, "trainer.safetensors": null, "run.json": []}}"#,
    #"{"version": 1, "files": {"model.safetensors": {"bytes": 1e99}, "trainer.safetensors": {}, "run.json": {}}}"#,
    String(repeating: "[", count: 100_000),
  ]

  @Test(arguments: hostileManifests)
  func hostileManifestIsRefused(_ manifest: String) throws {
    try write(CheckpointStore(creating: folder.path), 3)
    try folder.write([UInt8](manifest.utf8), to: "step-0000000003/manifest.json")
    let error = #expect(throws: CheckpointError.self) { _ = try reopened() }
    #expect(error?.code == .damaged)
    #expect(error?.message.contains("step-0000000003") == true)
  }

  /// Files that the manifest vouches for, with contents that no trainer wrote.
  @Test(arguments: [
    "{}", "[]", "null", #"{"steps": -1}"#, #"{"steps": 3.5}"#, #"{"steps": 99999999999999999999}"#,
    "COUNTERS\"retreats\":65", "COUNTERS\"retreats\":\"0\"", "COUNTERS\"optimizerSteps\":4",
    "COUNTERS\"epochNats\":1e999", "COUNTERS\"best\":{}", "COUNTERS\"skippedInARow\":-2",
    "COUNTERS\"steps\":9007199254740993",
  ])
  func hostileCountersAreRefused(_ counters: String) throws {
    try write(CheckpointStore(creating: folder.path), 3)
    let name = "step-0000000003/trainer.safetensors"
    let file = try SafeTensors(contentsOf: "\(folder.path)/\(name)")
    var text = counters
    if text.hasPrefix("COUNTERS") {
      guard case .object(var object) = try JSON(parsing: file.metadata["unroll.current"] ?? "")
      else { return }
      let change = try JSON(parsing: "{\(text.dropFirst(8))}")
      guard case .object(let changed) = change else { return }
      for member in changed.members { object[member.key] = member.value }
      text = JSON.object(object).text()
    }
    var writer = SafeTensorsWriter(metadata: file.metadata)
    writer.metadata["unroll.current"] = text
    for tensor in file.tensors {
      try writer.add(tensor.name, shape: tensor.shape, values: tensor.floats())
    }
    let bytes = try writer.bytes()
    try folder.write(bytes, to: name)
    var digest = SHA256()
    bytes.withUnsafeBytes { digest.update($0) }
    let manifest = "step-0000000003/manifest.json"
    guard
      case .object(var object) = try JSON(
        parsing: String(decoding: folder.bytes(of: manifest), as: UTF8.self)),
      case .object(var files) = object["files"]
    else { return }
    files["trainer.safetensors"] = [
      "bytes": JSON(bytes.count), "sha256": .string(digest.hexadecimal),
    ]
    object["files"] = .object(files)
    try folder.write(JSON.object(object).utf8(), to: manifest)
    #expect(throws: CheckpointError.self) { _ = try reopened() }
  }

  // MARK: The folder

  @Test func secondProcessIsKeptOut() throws {
    let store = try CheckpointStore(creating: folder.path)
    try write(store, 3)
    for open in [CheckpointStore.init(creating:), CheckpointStore.init(opening:)] {
      let error = #expect(throws: FileError.self) { _ = try open(folder.path) }
      #expect(error?.code == .inUse)
      #expect(
        error?.message
          == "cannot write '\(folder.path)': another process is using it; wait for its end or choose another one"
      )
    }
    _ = consume store
    _ = try CheckpointStore(opening: folder.path)
  }

  @Test func folderOfARunIsNoFolderForANewOne() throws {
    try write(CheckpointStore(creating: folder.path), 3)
    let error = #expect(throws: CheckpointError.self) {
      _ = try CheckpointStore(creating: folder.path)
    }
    #expect(error?.code == .occupied)
    #expect(
      error?.message
        == "'\(folder.path)' has the checkpoints of a run already; resume that or choose another folder"
    )
  }

  @Test func folderOfSomethingElseIsLeftAlone() throws {
    try FileManager.default.createDirectory(
      atPath: folder.path, withIntermediateDirectories: true)
    try folder.write([1], to: "thesis.txt")
    for open in [CheckpointStore.init(creating:), CheckpointStore.init(opening:)] {
      #expect(throws: CheckpointError.self) { _ = try open(folder.path) }
    }
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path) == ["thesis.txt"])
  }

  @Test func missingFolderHasNothingToResume() throws {
    let error = #expect(throws: FileError.self) {
      _ = try CheckpointStore(opening: folder.path)
    }
    #expect(error?.code == .notFound)
  }

  @Test func unfinishedCheckpointsAreRemovedAndNothingElse() throws {
    try write(CheckpointStore(creating: folder.path), 3)
    let names = ["step-0000000004.tmp.1.abc", "notes.tmp.1.abc", "step-5.tmp.1.abc"]
    for name in names {
      try FileManager.default.createDirectory(
        atPath: "\(folder.path)/\(name)", withIntermediateDirectories: true)
      try folder.write([1, 2], to: "\(name)/model.safetensors")
    }
    _ = try CheckpointStore(opening: folder.path)
    #expect(
      try folder.names == ["notes.tmp.1.abc", "step-0000000003", "step-5.tmp.1.abc"])
  }
}
