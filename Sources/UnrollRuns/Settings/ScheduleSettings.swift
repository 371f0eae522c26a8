package import UnrollNN

/// How the learning rate changes over a run.
public struct ScheduleSettings: SettingsGroup {
  /// The shape.
  public var schedule = ScheduleChoice.cosine
  /// The steps over which the learning rate grows from nothing.
  public var warmupSteps = 0
  /// The factor of the base rate at the end, of `plateau` the least one; one that suits the shape when absent.
  public var finalFactor: Double?
  /// What `step`, `exponential` and `plateau` multiply the rate by; one that suits the shape when absent.
  public var decayFactor: Double?
  /// The epochs between two falls of `step`, and of the first cycle of `cosine-restarts`.
  public var decayEvery: Int?
  /// The epochs before `exponential` begins to fall.
  public var decayAfter: Int?
  /// The epochs without an improvement that `plateau` allows.
  public var plateauPatience: Int?
  /// The share of the best loss by which a loss has to be below it to be an improvement for `plateau`.
  public var plateauThreshold: Double?
  /// The epochs after a fall in which `plateau` counts nothing.
  public var plateauCooldown: Int?

  /// Creates the default settings.
  public init() {}

  /// The schedule of a run of so many epochs, or tenths of a run of one epoch or less.
  package func makeSchedule(epochs: Int) -> LearningRateSchedule {
    let shape: LearningRateSchedule.Shape =
      switch schedule {
      case .constant: .constant
      case .cosine: .cosine(final: finalFactor ?? 0.02)
      case .cosineRestarts:
        // Three cycles, each twice as long as the one before.
        .cosineRestarts(
          final: finalFactor ?? 0.02, epochs: decayEvery ?? max(1, epochs / 7), growth: 2)
      case .oneCycle: .oneCycle(start: 0.04, rise: 0.3, final: finalFactor ?? 4e-6)
      case .linear: .linear(final: finalFactor ?? 0)
      case .step: .step(factor: decayFactor ?? 0.5, epochs: decayEvery ?? max(1, epochs / 4))
      case .exponential: .exponential(factor: decayFactor ?? 0.95, delay: decayAfter ?? 0)
      case .plateau:
        .plateau(
          Plateau(
            factor: decayFactor ?? 0.25, patience: plateauPatience ?? 0,
            threshold: plateauThreshold ?? 0, cooldown: plateauCooldown ?? 0,
            least: finalFactor ?? 0))
      }
    return LearningRateSchedule(shape, warmupSteps: warmupSteps)
  }

  /// The rows of the settings.
  public static var table: [Setting<ScheduleSettings>] {
    [
      Setting("schedule", \.schedule), Setting("warmupSteps", \.warmupSteps),
      Setting("finalFactor", \.finalFactor), Setting("decayFactor", \.decayFactor),
      Setting("decayEvery", \.decayEvery), Setting("decayAfter", \.decayAfter),
      Setting("plateauPatience", \.plateauPatience),
      Setting("plateauThreshold", \.plateauThreshold),
      Setting("plateauCooldown", \.plateauCooldown),
    ]
  }

  /// Finds values out of range, and values that belong to another shape: throws `RunError`.
  public func validate() throws(RunError) {
    try requireSetting(
      warmupSteps >= 0, "\(.setting("warmupSteps")) is 0 or more, not \(warmupSteps)")
    try requireSetting(
      schedule != .oneCycle || warmupSteps == 0,
      "\(.setting("schedule", "one-cycle")) has a warm-up of its own: leave \(.setting("warmupSteps")) out"
    )
    try check(
      "finalFactor", finalFactor, of: [.cosine, .cosineRestarts, .oneCycle, .linear, .plateau])
    try check("decayFactor", decayFactor, of: [.step, .exponential, .plateau])
    try check("decayEvery", decayEvery, of: [.step, .cosineRestarts], least: 1)
    try check("decayAfter", decayAfter, of: [.exponential])
    try check("plateauPatience", plateauPatience, of: [.plateau])
    try check("plateauThreshold", plateauThreshold, of: [.plateau])
    try check("plateauCooldown", plateauCooldown, of: [.plateau])
  }

  private func check<Number: Comparable & Numeric & CustomStringConvertible>(
    _ name: String, _ value: Number?, of shapes: [ScheduleChoice], least: Number = 0
  ) throws(RunError) {
    guard let value else { return }
    try requireSetting(
      shapes.contains(schedule),
      "\(.setting(name)) belongs to the schedules \(shapes.map(\.rawValue).joined(separator: ", ")), not to \(schedule.rawValue)"
    )
    let isFinite = (value as? Double)?.isFinite ?? true
    try requireSetting(
      value >= least && isFinite, "\(.setting(name)) is \(least) or more, not \(value)")
  }
}
