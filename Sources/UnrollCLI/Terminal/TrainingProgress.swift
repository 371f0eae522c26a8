import Unroll

/// Shows how training goes on: a bar on a terminal, otherwise a plain line every ten seconds; and a line for each epoch.
struct TrainingProgress {
  /// What is counted, for instance `characters`.
  let unit: String
  let totalSteps: Int
  let epochs: Int
  let isQuiet: Bool

  private let watch = Stopwatch()
  private var lastShown = 0.0
  /// The smoothed seconds of a step, and the sum of weights that normalises it.
  private var stepSeconds = (sum: 0.0, weight: 0.0)
  private var lastStepEnd = 0.0
  private var stepTargets = 0.0
  private var stepsSeen = 0
  private var lastStep = 0
  private var smoothedLoss: Double?
  private var isBarShown = false

  init(unit: String, totalSteps: Int, epochs: Int, isQuiet: Bool) {
    self.unit = unit
    self.totalSteps = totalSteps
    self.epochs = epochs
    self.isQuiet = isQuiet
  }

  /// Takes note of a step and shows it when it is time to.
  mutating func didStep(step: Int, epoch: Int, loss: Double, targetCount: Int) {
    let now = watch.seconds
    // An exponential mean over about 15 seconds, normalised by its weights from the start.
    let duration = now - lastStepEnd
    lastStepEnd = now
    let keep = max(0, 1 - duration / 15)
    stepSeconds = (stepSeconds.sum * keep + duration, stepSeconds.weight * keep + 1)
    stepTargets = stepTargets * keep + Double(targetCount)
    stepsSeen += 1
    lastStep = step
    smoothedLoss = smoothedLoss.map { $0 + (loss - $0) / 20 } ?? loss
    guard !isQuiet, now - lastShown >= (Console.isInteractive ? 0.1 : 10) else { return }
    lastShown = now
    if Console.isInteractive {
      showBar(step: step, epoch: epoch)
    } else {
      Console.message("step \(step)/\(totalSteps)  \(status(step: step))")
    }
  }

  /// Ends an epoch: its line stays, and the time that validation took does not count as training.
  mutating func didEndEpoch(
    _ epochsDone: Int, step: Int, loss: Double, validationLoss: Double?, bitsPerByte: Double?
  ) {
    lastStepEnd = watch.seconds
    guard !isQuiet else { return }
    clearBar()
    var line = "epoch \(epochsDone)/\(epochs)  loss \(decimalText(loss, 4))"
    if let validationLoss { line += "  validation \(decimalText(validationLoss, 4))" }
    if let bitsPerByte { line += " (\(decimalText(bitsPerByte, 3)) bits/byte)" }
    line += "  \(rateText)"
    if step < totalSteps { line += "  \(clockText(secondsLeft(step: step))) left" }
    Console.message(line)
  }

  /// Time spent on something else than a step, such as a sample.
  mutating func skipTime() { lastStepEnd = watch.seconds }

  /// Removes the bar so that something else can be shown.
  mutating func clearBar() {
    guard isBarShown else { return }
    Console.show("\r\u{1B}[K")
    isBarShown = false
  }

  /// How long the steps that are left will take; `nil` as long as too few were seen to tell.
  var secondsLeft: Double? {
    stepsSeen >= 5 && watch.seconds >= 1 ? secondsLeft(step: lastStep) : nil
  }

  private var secondsPerStep: Double { stepSeconds.sum / max(stepSeconds.weight, 1e-9) }

  private func secondsLeft(step: Int) -> Double { Double(totalSteps - step) * secondsPerStep }

  private var rateText: String {
    "\(groupedText(Int(stepTargets / max(stepSeconds.sum, 1e-9)))) \(unit)/s"
  }

  private func status(step: Int) -> String {
    "loss \(decimalText(smoothedLoss ?? 0, 4))  \(rateText)  \(clockText(secondsLeft(step: step))) left"
  }

  private mutating func showBar(step: Int, epoch: Int) {
    let tail = "epoch \(epoch + 1)/\(epochs)  \(status(step: step))"
    let room = Console.width - 1
    let length = min(30, room - tail.count - 7)
    var line = tail
    if length >= 5 {
      let filled = length * step / max(totalSteps, 1)
      let percent = 100 * step / max(totalSteps, 1)
      line =
        String(repeating: "█", count: filled) + String(repeating: "░", count: length - filled)
        + " \(percent)% " + tail
    }
    Console.show("\r" + String(line.prefix(room)) + "\u{1B}[K")
    isBarShown = true
  }
}
