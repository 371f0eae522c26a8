public import UnrollNN

/// What a run writes. None of it changes the result.
public struct OutputSettings: SettingsGroup {
  /// Where the model goes.
  public var output = ""
  /// How its weights are stored.
  public var precision = WeightPrecision.float32
  /// Where a line of JSON for each step and each epoch goes.
  public var metrics: String?
  /// The folder for TensorBoard. A run reports what goes there, histograms too, and `TensorBoardLog` of `UnrollTensorBoard` writes it.
  public var tensorboard: String?
  /// The folder of checkpoints; without one the run cannot go on after an interruption.
  public var checkpoint: String?
  /// How often checkpoints are written; at each epoch's end and every ten minutes when absent.
  public var checkpointEvery: CheckpointInterval?
  /// How many checkpoints are kept, beside that with the best validation loss.
  public var keepLast = 2
  /// The epochs after each of which there is a sample, 0 for none; a quarter of them when absent.
  public var sampleEvery: Int?

  /// Creates the default settings.
  public init() {}

  /// The rows of the settings.
  public static var table: [Setting<OutputSettings>] {
    [
      Setting(path: "output", \.output),
      Setting("precision", \.precision, changesResult: false),
      Setting(path: "metrics", \.metrics),
      Setting(path: "tensorboard", \.tensorboard), Setting(path: "checkpoint", \.checkpoint),
      Setting("checkpointEvery", \.checkpointEvery, changesResult: false),
      Setting("keepLast", \.keepLast, changesResult: false),
      Setting("sampleEvery", \.sampleEvery, changesResult: false),
    ]
  }

  /// Finds values out of range, and values that contradict each other: throws `RunError`.
  public func validate() throws(RunError) {
    try requireSetting(keepLast > 0, "\(.setting("keepLast")) is 1 or more, not \(keepLast)")
    if let sampleEvery {
      try requireSetting(
        sampleEvery >= 0, "\(.setting("sampleEvery")) is 0 or more, not \(sampleEvery)")
    }
    try requireSetting(
      metrics == nil || metrics != output,
      "\(.setting("metrics")) and \(.setting("output")) name the same file")
    try requireSetting(
      checkpointEvery == nil || checkpoint != nil,
      "\(.setting("checkpointEvery")) needs \(.setting("checkpoint"))")
  }
}

/// A number of steps or a span of time.
public enum CheckpointInterval: SettingValue, CustomStringConvertible {
  /// After so many steps.
  case steps(Int)
  /// After so much time.
  case time(TimeSpan)

  /// Reads `500` or `10m`; `nil` if it is neither.
  public init?(_ text: String) {
    if let steps = Int(text) {
      guard steps > 0 else { return nil }
      self = .steps(steps)
    } else {
      guard let span = TimeSpan(text) else { return nil }
      self = .time(span)
    }
  }

  /// As it is typed.
  public var description: String {
    switch self {
    case .steps(let count): "\(count)"
    case .time(let span): "\(span)"
    }
  }

  /// What a record keeps.
  public var settingContent: SettingContent { .text(description) }
  /// The values that there are.
  public static var settingDescription: String { "a number of steps, or a time such as 10m" }

  /// Reads what a record kept; `nil` if it is no such value.
  public init?(settingContent: SettingContent) {
    switch settingContent {
    case .number(let text), .text(let text): self.init(text)
    default: return nil
    }
  }
}
