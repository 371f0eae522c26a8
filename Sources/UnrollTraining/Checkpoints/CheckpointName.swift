/// The name of a checkpoint's folder: `step-0000001200`, after a retreat `step-0000001200-retreat-1`.
///
/// Later ones of a run are greater, since the steps grow from retreat to retreat.
struct CheckpointName: Comparable, Hashable {
  let step: Int
  let retreatCount: Int

  init(step: Int, retreatCount: Int) {
    self.step = step
    self.retreatCount = retreatCount
  }

  init(_ counters: TrainingCounters) {
    self.init(step: counters.stepCount, retreatCount: counters.retreatCount)
  }

  init(_ best: TrainingCounters.Best) {
    self.init(step: best.step, retreatCount: best.retreatCount)
  }

  /// `nil` if it is not the name of a checkpoint.
  init?(_ text: String) {
    let parts = text.split(separator: "-", omittingEmptySubsequences: false)
    guard parts.count == 2 || parts.count == 4, let step = Int(parts[1]) else { return nil }
    self.init(step: step, retreatCount: parts.count == 4 ? Int(parts[3]) ?? 0 : 0)
    guard text == self.text else { return nil }
  }

  var text: String {
    let digits = String(step)
    let zeros = String(repeating: "0", count: max(0, 10 - digits.count))
    return "step-\(zeros)\(digits)" + (retreatCount > 0 ? "-retreat-\(retreatCount)" : "")
  }

  static func < (left: Self, right: Self) -> Bool {
    (left.retreatCount, left.step) < (right.retreatCount, right.step)
  }
}
