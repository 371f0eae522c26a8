import ArgumentParser
import Unroll
import UnrollRuns

/// How the arguments of a training command become a run of its task: a new one, one that begins with a model, or one that goes on.
struct RunArguments<Task: LearningTask> {
  typealias Settings = RunSettings<Task.Settings>

  /// The name of the command.
  let command: String
  let options: RunOptions
  let model: ModelOptions
  let optimizer: OptimizerOptions
  let checkpoints: CheckpointOptions
  /// What the usage calls the argument that names its data: `<data>`.
  let dataName: String
  let hasData: (Settings) -> Bool
  /// Replaces what was typed for the task alone.
  let applyOwn: (inout Settings) -> Void

  /// Replaces what was typed.
  private func apply(_ settings: inout Settings) {
    model.apply(to: &settings.model, &settings.sizes)
    options.apply(to: &settings)
    optimizer.apply(to: &settings)
    checkpoints.apply(to: &settings.outputs)
    applyOwn(&settings)
  }

  /// Settings of a new run: the defaults, those of a file, and what was typed.
  private func settings(over base: Settings) throws -> Settings {
    var settings = base
    if let path = options.config { try settings.take(file: path) }
    apply(&settings)
    return settings
  }

  func validate() throws {
    guard checkpoints.resume == nil, !options.printConfig else { return }
    try refusingUsage {
      let settings = try settings(over: RunSettings())
      try require(hasData(settings), "Missing expected argument '\(dataName)'")
      try require(!settings.outputs.output.isEmpty, "Missing expected argument '--output <output>'")
      // What the model of --init-from says is not known yet.
      if checkpoints.initFrom == nil { try settings.validate() }
    }
  }

  /// Carries the run out.
  ///
  /// - Parameter begin: the settings and the origin of a run that begins with the model at a path.
  func run(beginningWith begin: (_ path: String) throws -> (Settings, RunOrigin<Task>)) throws {
    if options.printConfig {
      return try Console.data(settings(over: RunSettings()).json + "\n")
    }
    let session = RunSession(command: command, isQuiet: options.quiet, isJSON: options.json)
    if let folder = checkpoints.resume {
      try session.resume(Task.self, in: folder) { settings in
        if let path = options.config { try settings.take(file: path) }
        apply(&settings)
      }
      return
    }
    let (base, origin) = try checkpoints.initFrom.map(begin) ?? (RunSettings(), .initialValues)
    try session.train(Task.self, settings(over: base), from: origin)
  }
}
