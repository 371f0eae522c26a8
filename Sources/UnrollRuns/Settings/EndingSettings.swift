/// When a run ends, beside the end of its last epoch.
public struct EndingSettings: SettingsGroup {
  /// The step after which the run ends, wherever that is.
  public var steps: Int?
  /// The epochs without a better validation measure after which the run ends and writes the best model, 0 for none. When absent, a
  /// fifth of the run's epochs and at least five for language models, none for others.
  public var patience: Int?
  /// The time after which the run ends; it can go on from its last checkpoint.
  public var timeLimit: TimeSpan?

  /// Creates settings that end the run with its last epoch.
  public init() {}

  /// The rows of the settings.
  public static var table: [Setting<EndingSettings>] {
    [
      Setting("steps", \.steps), Setting("patience", \.patience, changesResult: false),
      Setting("timeLimit", \.timeLimit, changesResult: false),
    ]
  }

  /// Finds values out of range, and values that contradict each other: throws `RunError`.
  public func validate() throws(RunError) {
    if let patience {
      try requireSetting(patience >= 0, "\(.setting("patience")) is 0 or more, not \(patience)")
    }
    if let steps {
      try requireSetting(steps > 0, "\(.setting("steps")) is 1 or more, not \(steps)")
    }
  }
}

/// A span of time: `90s`, `10m`, `2h`, or seconds.
public struct TimeSpan: SettingValue, CustomStringConvertible {
  /// Its length in seconds, above 0.
  public let seconds: Double

  /// Creates a span of some seconds; `nil` unless they are above 0 and finite.
  public init?(seconds: Double) {
    guard seconds > 0, seconds.isFinite else { return nil }
    self.seconds = seconds
  }

  /// Reads a number with or without a unit; `nil` if it is none.
  public init?(_ text: String) {
    let units: [Character: Double] = ["s": 1, "m": 60, "h": 3600]
    let unit = text.last.flatMap { units[$0] }
    guard let number = Double(unit == nil ? text[...] : text.dropLast()) else { return nil }
    self.init(seconds: number * (unit ?? 1))
  }

  /// As it is typed.
  public var description: String { "\(seconds)s" }

  /// What a record keeps.
  public var settingContent: SettingContent { .text(description) }
  /// The values that there are.
  public static var settingDescription: String { "a time such as 90s, 10m, 2h" }

  /// Reads what a record kept; `nil` if it is no such value.
  public init?(settingContent: SettingContent) {
    guard case .text(let text) = settingContent else { return nil }
    self.init(text)
  }
}
