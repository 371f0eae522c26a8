internal import UnrollFormats
internal import UnrollModels
public import UnrollText

/// What became of one run of a sweep so far.
public struct SweepRun: Sendable {
  /// Its number in the plan, from 1.
  public let number: Int
  /// What it has for itself.
  public let candidate: SweepPlan.Candidate
  /// The rungs that it has come through.
  public internal(set) var rungCount = 0
  /// How good its best model is on the validation data; `nil` if it was not measured.
  public internal(set) var measure: Measure?
  /// The steps taken.
  public internal(set) var stepCount = 0
  /// Why it has no measure, if it failed.
  public internal(set) var failure: String?
  /// Its costs after each of the rungs.
  var costs: [Double] = []

  init(number: Int, candidate: SweepPlan.Candidate) {
    self.number = number
    self.candidate = candidate
  }

  /// The less the better.
  var cost: Double { failure == nil ? measure?.cost ?? .infinity : .infinity }
}

/// Runs with different settings on the same data, one after the other, to find the best: a sweep.
///
/// Everything is kept in a folder, the checkpoints of each run too. So a sweep that was interrupted goes on where it was, and a run
/// that comes through a rung goes on with its own next step: it ends as it would have alone.
public struct Sweep<Task: LearningTask> {
  /// What is tried.
  public let plan: SweepPlan
  /// Where the runs are.
  public let folder: String
  /// All runs, in the order of the plan.
  public private(set) var runs: [SweepRun]
  private let base: RunSettings<Task.Settings>
  private let results: AppendedFile
  private let lock: FolderLock

  /// Begins a sweep in a folder, or goes on with the one that is there.
  ///
  /// - Parameters:
  ///   - plan: what is tried.
  ///   - base: what all runs have in common, beside the settings of the plan: the data, above all.
  ///   - folder: where the runs are kept.
  /// - Throws: `RunError` with code `invalidSetting` if a candidate is impossible, `otherSetting` if the folder has another
  ///   sweep; `FileError`.
  public init(
    _ plan: SweepPlan, over base: RunSettings<Task.Settings>, in folder: String
  ) throws {
    var base = base
    try base.take(json: plan.settings, from: "\"settings\" of the sweep")
    base.outputs.sampleEvery = 0
    self.plan = plan
    self.base = base
    self.folder = folder
    runs = plan.candidates.enumerated().map { SweepRun(number: $0 + 1, candidate: $1) }
    let own = ["output", "metrics", "tensorboard", "checkpoint", "sampleEvery"]
    let given = plan.commonNames + (plan.candidates.first?.values.map(\.name) ?? [])
    if let name = given.first(where: own.contains) {
      throw RunError(
        .invalidSetting, "a sweep keeps all that it writes in its folder: leave \(name) out of it")
    }
    for run in runs {
      do {
        try run.candidate.applied(to: base).validate()
      } catch {
        throw RunError(.invalidSetting, "run \(run.number) of the sweep: \(error.sentence)")
      }
    }
    try DurableDirectory.create(folder)
    lock = try FolderLock(folder)
    let planPath = "\(folder)/sweep.json"
    let record = try Self.record(plan, base)
    if Folder.hasEntry(planPath) {
      let text = try FileContents(reading: planPath).withUnsafeBytes {
        String(decoding: $0, as: UTF8.self)
      }
      guard text == record else {
        throw RunError(
          .otherSetting,
          "'\(folder)' has another sweep: its plan or its settings differ; choose another folder")
      }
    } else {
      guard try Folder.names(in: folder).allSatisfy({ $0 == FolderLock.fileName }) else {
        throw RunError(
          .otherSetting, "'\(folder)' has something else than a sweep: choose another folder")
      }
      try DurableFile.write(to: planPath) { try $0.append(Array(record.utf8)) }
    }
    let resultsPath = "\(folder)/results.jsonl"
    let lines = Folder.hasEntry(resultsPath) ? try Self.wholeLines(of: resultsPath) : ""
    results = try AppendedFile(appendingTo: resultsPath, keeping: lines.utf8.count)
    try recall(lines)
  }

  /// Takes the runs through all rungs that are left.
  ///
  /// - Parameters:
  ///   - processing: how texts are worked through.
  ///   - show: is given what happens.
  ///   - shouldStop: as for a run; the sweep can go on later.
  /// - Returns: whether the sweep is done; otherwise somebody wanted it to end.
  /// - Throws: what is wrong with the data, as a run does. A run that diverges, or whose model is impossible or too large, only drops
  ///   out.
  public mutating func run(
    processing: CorpusProcessing = CorpusProcessing(),
    _ show: (SweepEvent) throws -> Void = { _ in }, until shouldStop: () -> Bool = { false }
  ) throws -> Bool {
    for (rung, (count, share)) in plan.rungs.enumerated() {
      let chosen = best(count, afterRungs: rung)
      for index in chosen where runs[index].rungCount == rung {
        if shouldStop() { return false }
        try show(.began(number: runs[index].number, rung: rung + 1, of: plan.rungs.count))
        guard try take(index, toShare: share, processing, show, shouldStop) else { return false }
        runs[index].rungCount = rung + 1
        runs[index].costs.append(runs[index].cost)
        try note(runs[index])
        try show(.ended(runs[index]))
      }
    }
    return true
  }

  /// The runs that came furthest, and of these the best first.
  public var ranking: [SweepRun] {
    runs.filter { $0.rungCount > 0 || $0.failure != nil }.sorted {
      (-$0.rungCount, $0.cost, $0.number) < (-$1.rungCount, $1.cost, $1.number)
    }
  }

  /// Where the model of a run is.
  public func model(of run: SweepRun) -> String { "\(folder)/run-\(run.number).safetensors" }

  /// The settings of a run that another default would not give, for whoever wants to repeat it.
  public func settings(of run: SweepRun) throws -> [SweepPlan.Candidate.Value] {
    let own = try run.candidate.applied(to: base)
    let defaults = RunSettings<Task.Settings>()
    return own.differences(from: defaults).map { .init(name: $0.name, content: $0.is) }
  }

  // MARK: One run

  /// The runs that go on after so many rungs: those with the least cost in the last of them, of equal ones the first.
  private func best(_ count: Int, afterRungs rungs: Int) -> [Int] {
    func cost(_ index: Int) -> Double { rungs == 0 ? 0 : runs[index].costs[rungs - 1] }
    return Array(
      runs.indices.filter { runs[$0].rungCount >= rungs && (rungs == 0 || cost($0).isFinite) }
        .sorted { (cost($0), $0) < (cost($1), $1) }.prefix(count))
  }

  /// Takes a run to a share of its steps, or to its end.
  ///
  /// - Returns: whether it got there.
  private mutating func take(
    _ index: Int, toShare share: Double, _ processing: CorpusProcessing,
    _ show: (SweepEvent) throws -> Void, _ shouldStop: () -> Bool
  ) throws -> Bool {
    do {
      var run = try prepared(index, processing, show)
      let total = run.totalSteps
      let target = share == 1 ? total : max(1, Int((Double(total) * share).rounded()))
      var wasStopped = false
      if run.stepCount >= target, target < total {
        // It was ended between its checkpoint and the line of its result.
        return try measure(index, run.written, of: run)
      }
      let result = try run.train({ try show(.run(number: runs[index].number, $0)) }) { step in
        wasStopped = shouldStop()
        return wasStopped || (step >= target && step < total)
      }
      if wasStopped, result.ending == .interrupted, run.stepCount < target { return false }
      if let failure = result.checkpointFailure { throw failure }
      return try measure(index, result.model, of: run)
    } catch let error as RunError where [.diverged, .noMemory].contains(error.code) {
      runs[index].failure = error.description
    } catch let error as ModelError where error.code == .invalidConfiguration {
      runs[index].failure = error.message
    }
    return true
  }

  private mutating func measure(
    _ index: Int, _ model: Task.Model, of run: TrainingRun<Task>
  ) throws -> Bool {
    runs[index].stepCount = run.stepCount
    runs[index].measure = try run.task.measure(model, on: .validation) { _ in false }
    if runs[index].measure == nil {
      throw RunError(
        .tooLittleData, "a sweep compares measures, and there is nothing kept for validation")
    }
    return true
  }

  /// The run as it is: new, or as its newest checkpoint has it.
  private func prepared(
    _ index: Int, _ processing: CorpusProcessing, _ show: (SweepEvent) throws -> Void
  ) throws -> TrainingRun<Task> {
    let number = runs[index].number
    var settings = try runs[index].candidate.applied(to: base)
    settings.outputs.output = model(of: runs[index])
    settings.outputs.metrics = "\(folder)/run-\(number).jsonl"
    let checkpoints = "\(folder)/run-\(number)"
    settings.outputs.checkpoint = checkpoints
    let hasCheckpoint =
      (try? Folder.names(in: checkpoints).contains { $0.hasPrefix("step-") }) ?? false
    let note: (RunEvent) throws -> Void = { try show(.run(number: number, $0)) }
    return hasCheckpoint
      ? try TrainingRun(goingOnIn: checkpoints, processing: processing, note)
      : try TrainingRun(settings, processing: processing, note)
  }

  // MARK: The folder

  private static func record(
    _ plan: SweepPlan, _ base: RunSettings<Task.Settings>
  ) throws -> String {
    let json: JSON = [
      "version": .string(unrollVersion), "task": .string(Task.name), "plan": .string(plan.text),
      "settings": .object(base.object()),
    ]
    return json.text(indented: true) + "\n"
  }

  private func note(_ run: SweepRun) throws {
    let line: JSON = [
      "run": JSON(run.number), "rung": JSON(run.rungCount), "step": JSON(run.stepCount),
      "failure": run.failure.map { .string($0) } ?? .null,
      "measure": RunMeasures.json(run.measure),
    ]
    try results.append(Array((line.text() + "\n").utf8))
    try results.synchronize()
  }

  /// A line that was not written to its end is none.
  private static func wholeLines(of path: String) throws -> String {
    let text = try FileContents(reading: path).withUnsafeBytes {
      String(decoding: $0, as: UTF8.self)
    }
    return text.lastIndex(of: "\n").map { String(text[...$0]) } ?? ""
  }

  /// Takes over what the runs have come to already.
  private mutating func recall(_ lines: String) throws {
    let path = "\(folder)/results.jsonl"
    for (number, line) in lines.split(separator: "\n").enumerated() {
      do {
        try recall(JSON(parsing: String(line)).field(named: "line \(number + 1)"))
      } catch let error as JSONError {
        throw RunError(
          .otherSetting,
          "'\(path)', line \(number + 1): \(error.message): it is damaged; begin the sweep in another folder"
        )
      }
    }
  }

  private mutating func recall(_ line: JSON.Field) throws {
    let index = try line["run"].integer(in: 1...runs.count) - 1
    // A run has a line for each rung, in order.
    let next = runs[index].rungCount + 1
    runs[index].rungCount = try line["rung"].integer(in: next...next)
    runs[index].stepCount = try line["step"].integer(in: 0...(1 << 53))
    runs[index].failure = try line["failure"].ifPresent?.string()
    runs[index].measure = try RunMeasures.measure(line["measure"])
    runs[index].costs.append(runs[index].cost)
  }
}

/// What happens in a sweep.
public enum SweepEvent: Sendable {
  /// A run begins a rung, or goes on in it.
  case began(number: Int, rung: Int, of: Int)
  /// Something happened in the run.
  case run(number: Int, RunEvent)
  /// A run came to the end of a rung, or failed.
  case ended(SweepRun)
}
