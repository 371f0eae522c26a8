internal import UnrollFormats
internal import UnrollModels
internal import UnrollNN
internal import UnrollTensor
public import UnrollText
internal import UnrollTraining

/// One training run, from settings and files to a written model.
///
/// ```swift
/// var settings = RunSettings(LanguageSettings(texts: ["book.txt"]), output: "book.safetensors")
/// settings.outputs.checkpoint = "run"
/// var run = try TrainingRun<LanguageTask>(settings)
/// let result = try run.train { event in print(event) }
/// ```
///
/// A run that was interrupted goes on from its checkpoints with `TrainingRun<LanguageTask>(goingOnIn: "run")`, and ends with the
/// bytes of a run that was not.
public struct TrainingRun<Task: LearningTask> {
  /// What is learned.
  public var task: Task { journal.task }
  /// What the run was asked for, with everything filled in.
  public var settings: CompleteSettings<Task.Settings> { journal.settings }
  var trainer: Trainer<Task.Model>
  var journal: RunJournal<Task>
  /// The steps taken.
  var stepCount: Int { trainer.stepCount }
  /// The steps of the whole run.
  var totalSteps: Int { trainer.totalSteps(on: journal.data) }
  /// The model that the run would write now.
  var written: Task.Model { journal.written(trainer.finiteState).model }
  /// Whether `train` has returned.
  var hasEnded = false

  /// Reads the data and prepares a run. Nothing is written but the folder of checkpoints.
  ///
  /// - Parameters:
  ///   - settings: what the run is asked for.
  ///   - origin: what the run begins from.
  ///   - processing: how texts are worked through.
  ///   - show: is given notes.
  /// - Throws: `RunError`, `FileError`, `TextError`, `ModelError`, `CheckpointError`: what cannot work, before anything is lost.
  public init(
    _ settings: RunSettings<Task.Settings>, from origin: RunOrigin<Task> = .initialValues,
    processing: CorpusProcessing = CorpusProcessing(),
    _ show: (RunEvent) throws -> Void = { _ in }
  ) throws {
    self = try Threads.withCount(settings.threads ?? Threads.count) {
      try Self(preparing: settings, from: origin, processing: processing, show)
    }
  }

  /// Prepares the run whose checkpoints are in a folder to go on, with the settings that it had.
  ///
  /// - Parameters:
  ///   - folder: the folder of checkpoints.
  ///   - processing: how texts are worked through.
  ///   - changes: is given these settings; those that change no result may be given others.
  ///   - show: is given notes.
  /// - Throws: as the other initializer does; `RunError` if the settings or the data are others.
  public init(
    goingOnIn folder: String,
    processing: CorpusProcessing = CorpusProcessing(),
    changes: (inout RunSettings<Task.Settings>) throws -> Void = { _ in },
    _ show: (RunEvent) throws -> Void = { _ in }
  ) throws {
    let interrupted = try Notes.passing(to: show) { note in
      try InterruptedRun<Task>(in: folder, note: note)
    }
    var settings = interrupted.settings
    try changes(&settings)
    try self.init(settings, from: .checkpoint(interrupted), processing: processing, show)
  }

  private init(
    preparing settings: RunSettings<Task.Settings>, from origin: RunOrigin<Task>,
    processing: CorpusProcessing, _ show: (RunEvent) throws -> Void
  ) throws {
    try settings.validate()
    if let run = origin.interrupted { try run.check(settings) }
    let places = RunPlaces(outputs: settings.outputs)
    try places.prepare()
    try places.check(outside: settings.dataPaths)
    let store = try Self.store(of: settings, origin)
    let task = try Self.task(settings, origin, processing, show)
    try places.check(sparing: task.files)
    var complete = settings.completed(by: task.advice)
    let batches = try Notes.passing(to: show) { try task.batches(complete, $0) }
    var plan = complete.plan(stepsPerEpoch: batches.data.stepsPerEpoch)
    if let demand = try task.demand(complete) {
      try RunDemand(
        of: demand, targetsPerStep: batches.batchSize * batches.sequenceLength,
        plan: plan, keepLast: settings.outputs.keepLast,
        isResumed: origin.interrupted != nil
      ).check(output: settings.outputs.output, checkpoints: store?.folder)
    }
    let model = try Self.model(task, complete, origin, show)
    plan.frozen = try Self.frozenParameters(of: model, task, settings, origin)
    trainer = Trainer(model, plan: plan)
    if origin.interrupted == nil, let fit = try TimeFit(complete, trainer, task, batches) {
      complete.take(fit)
      plan = complete.plan(stepsPerEpoch: batches.data.stepsPerEpoch)
      plan.frozen = trainer.plan.frozen
      trainer = Trainer(trainer.model, plan: plan)
      try show(.note(fit.note))
    }
    if let note = complete.noteOfChoice { try show(.note(note)) }
    journal = RunJournal(
      task: task, settings: complete, batches: batches, identity: try task.identity, plan: plan,
      pace: PaceMeter(
        totalSteps: trainer.totalSteps(on: batches.data),
        timeLimit: settings.ending.timeLimit?.seconds),
      checkpoints: store.map { RunCheckpoints($0, settings.outputs) })
    trainer.keepsGradient = settings.outputs.tensorboard != nil
    if let run = origin.interrupted { try goOn(with: run, show) }
  }

  private static func task(
    _ settings: RunSettings<Task.Settings>, _ origin: RunOrigin<Task>,
    _ processing: CorpusProcessing, _ show: (RunEvent) throws -> Void
  ) throws -> Task {
    do {
      return try Notes.passing(to: show) { note in
        try Task(
          reading: settings, from: origin, processing: processing, note: note)
      }
    } catch let error as FileError where error.code == .notFound && origin.interrupted != nil {
      throw RunError(
        .missingData,
        "\(error); the run learned from it: say where it is now with \(.setting("corpus"))")
    }
  }

  private static func store(
    of settings: RunSettings<Task.Settings>, _ origin: RunOrigin<Task>
  ) throws -> CheckpointStore? {
    if let run = origin.interrupted { return run.store }
    return try settings.outputs.checkpoint.map { try CheckpointStore(creating: $0) }
  }

  private static func model(
    _ task: Task, _ settings: CompleteSettings<Task.Settings>, _ origin: RunOrigin<Task>,
    _ show: (RunEvent) throws -> Void
  ) throws -> Task.Model {
    if let run = origin.interrupted { return run.model }
    var model = try task.makeModel(settings)
    if let initial = origin.initial {
      try Notes.passing(to: show) { try task.adopt(initial, into: &model, $0) }
    }
    return model
  }

  private static func frozenParameters(
    of model: Task.Model, _ task: Task, _ settings: RunSettings<Task.Settings>,
    _ origin: RunOrigin<Task>
  ) throws -> Set<String> {
    guard let count = settings.optimizer.frozenLayers else { return [] }
    try requireSetting(
      origin.initial != nil || origin.interrupted != nil || task.makesModelsFromAnother,
      "\(.setting("frozenLayers")) keeps the values of another model: give that with \(.setting("initFrom"))"
    )
    try requireSetting(
      count <= model.recurrentLayerCount,
      "\(.setting("frozenLayers")) is \(count), and the model has \(countText(model.recurrentLayerCount, "recurrent layer"))"
    )
    let names = model.parameterNames(ofFirstLayers: count)
    try requireSetting(
      !names.isEmpty,
      "\(.setting("frozenLayers")) 0 keeps nothing: the model has no vectors of tokens; give 1 or more"
    )
    return names
  }

  private mutating func goOn(
    with run: InterruptedRun<Task>, _ show: (RunEvent) throws -> Void
  ) throws {
    try run.check(journal.identity)
    try trainer.restore(run.checkpoint, on: journal.data)
    journal.measures = run.record.measures
    journal.earlierSeconds = run.record.seconds
    guard let path = journal.outputs.metrics, let size = run.metricsSize(of: path) else { return }
    let file = try MetricsFile(path: path, keeping: size)
    journal.metrics = file
    journal.metricsSize = file.size
    guard file.size < size else { return }
    try show(
      .note(
        RunNote(
          warning:
            "'\(path)' has only \(groupedText(file.size)) of the \(groupedText(size)) bytes that it had; the lines between are lost"
        )))
  }
}

extension RunSettings {
  /// Whether data come from standard input.
  package var readsStandardInput: Bool { dataPaths.contains("-") }

  /// The paths that data are read from.
  var dataPaths: [String] {
    let paths = Task.table.filter(\.isPath).flatMap { setting -> [String] in
      switch setting.content(of: task) {
      case .text(let path): [path]
      case .texts(let paths): paths
      default: []
      }
    }
    return paths + (heldOut.validation.map { [$0] } ?? [])
  }
}

extension CompleteSettings {
  /// Says what the data decided.
  var noteOfChoice: RunNote? {
    let sentences = [
      ("layers", countText(sizes.layers, "layer")),
      ("hiddenSize", countText(sizes.hiddenSize, "unit")),
      ("batchSize", "batches of \(countText(sizes.batchSize, "row"))"),
      ("sequenceLength", "windows of \(countText(sizes.sequenceLength, "step"))"),
      ("epochs", countText(sizes.epochs, "epoch")),
      ("dropout", dropout > 0 ? "dropout \(dropout)" : ""),
      ("weightDecay", weightDecay > 0 ? "weight decay \(weightDecay)" : ""),
    ].filter {
      !$0.1.isEmpty && chosen.contains($0.0)
        && ($0.0 != "epochs" || settings.ending.steps == nil)
    }
    guard !sentences.isEmpty else { return nil }
    return RunNote(
      "chosen by the size of the text: \(sentences.map(\.1).joined(separator: ", "))")
  }
}

/// Passes notes of something that cannot throw on to events that can.
enum Notes {
  static func passing<Result>(
    to show: (RunEvent) throws -> Void, _ body: ((RunNote) -> Void) throws -> Result
  ) throws -> Result {
    try withoutActuallyEscaping(show) { show in
      var failure: (any Error)?
      let result = try body { note in
        do { try show(.note(note)) } catch { failure = failure ?? error }
      }
      if let failure { throw failure }
      return result
    }
  }
}
