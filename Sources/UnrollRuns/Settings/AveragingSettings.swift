package import UnrollTraining

/// Which mean of the weights over the steps is measured and written in place of the last weights.
public struct AveragingSettings: SettingsGroup {
  /// The kind of mean.
  public var average = AverageChoice.none
  /// How much of an exponential mean a step keeps; 0.999 when absent.
  public var averageDecay: Double?
  /// The measures that a better one may lie back before `when-stalled` begins; 5 when absent.
  public var averageInterval: Int?

  /// Creates settings without a mean.
  public init() {}

  /// What the trainer is to do.
  package var averaging: WeightAveraging {
    switch average {
    case .none: .none
    case .exponential: .exponential(decay: averageDecay ?? 0.999)
    case .whenStalled: .whenStalled(interval: averageInterval ?? 5)
    }
  }

  /// The rows of the settings.
  public static var table: [Setting<AveragingSettings>] {
    [
      Setting("average", \.average), Setting("averageDecay", \.averageDecay),
      Setting("averageInterval", \.averageInterval),
    ]
  }

  /// Finds values out of range, and values that belong to another mean: throws `RunError`.
  public func validate() throws(RunError) {
    if let averageDecay {
      try requireSetting(
        average == .exponential,
        "\(.setting("averageDecay")) belongs to \(.setting("average", "exponential"))")
      try requireSetting(
        (0..<1).contains(averageDecay),
        "\(.setting("averageDecay")) is at least 0 and below 1, not \(averageDecay)")
    }
    if let averageInterval {
      try requireSetting(
        average == .whenStalled,
        "\(.setting("averageInterval")) belongs to \(.setting("average", "when-stalled"))")
      try requireSetting(
        averageInterval > 0,
        "\(.setting("averageInterval")) is 1 or more, not \(averageInterval)")
    }
  }
}

/// The means of the weights over the steps.
public enum AverageChoice: String, CaseIterable, SettingValue {
  /// None: the last weights.
  case none
  /// An exponential one.
  case exponential
  /// That of all steps since validation stopped improving (AWD-LSTM's averaged SGD).
  case whenStalled = "when-stalled"
}
