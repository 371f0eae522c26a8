/// Which mean of the weights over the steps is what a run measures and writes, in place of the last weights.
public enum WeightAveraging: Sendable, Hashable {
  /// None: the last weights.
  case none
  /// An exponential mean, as PyTorch's `AveragedModel` with `get_ema_avg_fn(decay)`: after the first step the weights, then
  /// a += (1 − decay) (w − a).
  case exponential(decay: Double)
  /// The mean of the weights after all steps since validation stopped improving: since the first measure that is worse than one
  /// taken more than `interval` measures before (non-monotonically triggered averaged SGD, Merity, Keskar and Socher 2018).
  case whenStalled(interval: Int)

  /// Ends the program if a number makes no sense.
  func requireSense() {
    switch self {
    case .none: break
    case .exponential(let decay):
      guard (0..<1).contains(decay) else {
        fatalError("An exponential mean has a decay of at least 0 and below 1, not \(decay)")
      }
    case .whenStalled(let interval):
      guard interval > 0 else {
        fatalError("Averaging waits for at least one measure, not \(interval)")
      }
    }
  }
}
