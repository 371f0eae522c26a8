/// What is kept apart from the training data, to measure the model on.
public struct HeldOutSettings: SettingsGroup {
  /// The fraction for validation: the end of a stream, documents drawn by the seed. When absent a tenth, at most a million tokens,
  /// and of a text of fewer than 100 tokens nothing: so few tell nothing about a model.
  public var validationFraction: Double?
  /// The fraction for testing, measured once after training.
  public var testFraction = 0.0
  /// Separate data for validation, instead of a fraction.
  public var validation: String?

  /// Creates the default settings.
  public init() {}

  /// The fraction for validation of so many tokens. A loss is exact enough after a million tokens.
  ///
  /// - Parameters:
  ///   - tokenCount: the tokens of all the data.
  ///   - least: what is too little to keep something of, where nothing is asked for.
  public func validationFraction(of tokenCount: Int, least: Int = 1) -> Double {
    if let validationFraction { return validationFraction }
    return validation != nil || tokenCount < least ? 0 : min(0.1, 1e6 / Double(tokenCount))
  }

  /// The rows of the settings.
  public static var table: [Setting<HeldOutSettings>] {
    [
      Setting("validationFraction", \.validationFraction),
      Setting("testFraction", \.testFraction), Setting(path: "validation", \.validation),
    ]
  }

  /// Finds values out of range, and values that contradict each other: throws `RunError`.
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
