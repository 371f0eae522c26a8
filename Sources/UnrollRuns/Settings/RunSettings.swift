internal import UnrollNN
internal import UnrollTensor

/// What a task is asked for, beside the settings of every run.
public protocol TaskSettings: SettingsGroup {
  /// The recurrent layers that suit the task, where nothing else is asked for.
  static var usualModel: ModelSettings { get }
  /// Whether a validation measure tells models apart well enough that the best by it is written, and that a run ends where there
  /// is no better one for long, though no patience is asked for.
  static var choosesByValidation: Bool { get }
  /// The learning rate that suits the task, where none is asked for.
  static func usualLearningRate(of optimizer: OptimizerChoice) -> Double
}

extension TaskSettings {
  /// Not: the share of some hundred examples that are right is too coarse, and the last model is the better choice on average.
  public static var choosesByValidation: Bool { false }
  /// An LSTM without dropout.
  public static var usualModel: ModelSettings { ModelSettings() }
  /// One that suits small recurrent models.
  public static func usualLearningRate(of optimizer: OptimizerChoice) -> Double {
    optimizer.usualLearningRate
  }
}

/// Everything that a training run is asked for: what is learned, by what model, and how.
///
/// Values that are `nil` are chosen by the size of the data; ``RunSettings/completed(by:)`` fills them in. The table is the only
/// list of settings: records, comparisons with earlier runs and configuration files come from it.
public struct RunSettings<Task: TaskSettings>: Hashable, Sendable {
  /// What is learned from: the settings of the task.
  public var task: Task
  /// The recurrent layers.
  public var model = Task.usualModel
  /// The sizes of the model and of its training.
  public var sizes = SizeSettings()
  /// What is kept apart to measure the model on.
  public var heldOut = HeldOutSettings()
  /// How parameters are moved.
  public var optimizer = OptimizerSettings()
  /// How the learning rate changes.
  public var schedule = ScheduleSettings()
  /// Which mean of the weights is kept.
  public var averaging = AveragingSettings()
  /// When the run ends.
  public var ending = EndingSettings()
  /// What is written, and where.
  public var outputs = OutputSettings()
  /// The seed of initial values, dropout and the order of the data. The same seed gives the same model, to the bit.
  public var seed: UInt64 = 0
  /// The number of threads; all processors when absent.
  public var threads: Int?

  /// Creates settings of a run that learns what `task` says and writes its model to a path.
  public init(_ task: Task, output: String = "") {
    self.task = task
    outputs.output = output
  }

  /// Creates the default settings.
  public init() { self.init(Task()) }
}

extension RunSettings: SettingsGroup {
  /// The rows of the settings.
  public static var table: [Setting<RunSettings>] {
    Task.table.map { $0.within(\.task) } + ModelSettings.table.map { $0.within(\.model) }
      + SizeSettings.table.map { $0.within(\.sizes) }
      + HeldOutSettings.table.map { $0.within(\.heldOut) }
      + OptimizerSettings.table.map { $0.within(\.optimizer) }
      + ScheduleSettings.table.map { $0.within(\.schedule) }
      + AveragingSettings.table.map { $0.within(\.averaging) }
      + EndingSettings.table.map { $0.within(\.ending) }
      + OutputSettings.table.map { $0.within(\.outputs) }
      + [Setting("seed", \.seed), Setting("threads", \.threads, changesResult: false)]
  }
}

extension RunSettings {
  /// Asks for recurrent layers of a cell.
  mutating func take(_ cell: RecurrentCell, _ layers: Int, _ hiddenSize: Int) {
    model.cell = CellChoice(cell)
    if cell == .rnnReLU { model.nonlinearity = .relu }
    sizes.layers = layers
    sizes.hiddenSize = hiddenSize
  }
}
