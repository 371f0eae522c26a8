/// What is kept apart from the training data, to measure the model on.
public struct HeldOutSettings: SettingsGroup {
  /// The fraction for validation: the end of a stream, documents drawn by the seed. A tenth, at most a million tokens, when absent.
  public var validationFraction: Double?
  /// The fraction for testing, measured once after training.
  public var testFraction = 0.0
  /// Separate data for validation, instead of a fraction.
  public var validation: String?

  /// Creates the default settings.
  public init() {}

  /// The fraction for validation of so many tokens. A loss is exact enough after a million tokens.
  public func validationFraction(of tokenCount: Int) -> Double {
    validationFraction ?? (validation == nil ? min(0.1, 1e6 / Double(max(1, tokenCount))) : 0)
  }

  /// All settings of the part, in the order of records.
  public static var table: [Setting<HeldOutSettings>] {
    [
      Setting("validationFraction", \.validationFraction),
      Setting("testFraction", \.testFraction), Setting(path: "validation", \.validation),
    ]
  }

  /// Finds values that no data could make right, and values that contradict each other.
  ///
  /// - Throws: `RunError` with code `invalidSetting`.
  public func validate() throws(RunError) {
    if let validationFraction {
      try requireSetting(
        validation == nil,
        "\(.setting("validation")) and \(.setting("validationFraction")) contradict each other: give one of them"
      )
      try requireSetting(
        (0..<1).contains(validationFraction),
        "\(.setting("validationFraction")) is at least 0 and below 1, not \(validationFraction)")
    }
    try requireSetting(
      (0..<1).contains(testFraction),
      "\(.setting("testFraction")) is at least 0 and below 1, not \(testFraction)")
    try requireSetting(
      (validationFraction ?? (validation == nil ? 0.1 : 0)) + testFraction < 1,
      "\(.setting("validationFraction")) and \(.setting("testFraction")) leave nothing to train on: choose smaller ones"
    )
  }
}
