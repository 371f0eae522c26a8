/// How fast a run goes.
public struct RunPace: Hashable, Sendable {
  /// Targets a second, over the last quarter of a minute or so; measuring and writing do not count.
  public let targetsPerSecond: Double
  /// About how long the steps that are left take, in seconds, at most until the time limit; `nil` as long as too few steps were
  /// seen to tell.
  public let secondsLeft: Double?
}

/// Measures the pace of a run.
struct PaceMeter {
  private let totalSteps: Int
  private let timeLimit: Double?
  private let watch = Stopwatch()
  /// The smoothed seconds and targets of a step, with the sum of weights that normalises them.
  private var seconds = 0.0
  private var targets = 0.0
  private var weight = 0.0
  private var lastEnd = 0.0
  private var stepsSeen = 0

  init(totalSteps: Int, timeLimit: Double?) {
    self.totalSteps = totalSteps
    self.timeLimit = timeLimit
  }

  /// Takes note of a step that was just taken: an exponential mean over about 15 seconds, normalised by its weights from the start.
  mutating func didStep(targetCount: Int) {
    let now = watch.seconds
    let duration = now - lastEnd
    lastEnd = now
    // The first step prepares what the others use again: it counts as long as it is the only one.
    if stepsSeen == 1 { (seconds, targets, weight) = (0, 0, 0) }
    let keep = max(0, 1 - duration / 15)
    seconds = seconds * keep + duration
    targets = targets * keep + Double(targetCount)
    weight = weight * keep + 1
    stepsSeen += 1
  }

  /// Leaves out the time since the last step, which went into something else.
  mutating func skipTime() { lastEnd = watch.seconds }

  /// The seconds since the run began.
  var elapsed: Double { watch.seconds }

  func pace(after step: Int) -> RunPace {
    var left: Double?
    if stepsSeen >= 5 || step >= totalSteps {
      let steps = Double(totalSteps - step) * seconds / max(weight, 1e-9)
      left = timeLimit.map { min(steps, max(0, $0 - watch.seconds)) } ?? steps
    }
    return RunPace(targetsPerSecond: targets / max(seconds, 1e-9), secondsLeft: left)
  }
}
