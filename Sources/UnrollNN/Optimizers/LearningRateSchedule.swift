#if canImport(Darwin)
import Darwin
#elseif canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

/// What the learning rate is multiplied by at each step: a function of the step alone, after a linear warm-up.
///
/// `step`, `exponential`, `plateau` and `cosineRestarts` count epochs, as PyTorch's schedulers do where they are stepped once an
/// epoch. In a run of one epoch or less none of them would ever act, so there each tenth of the run counts as an epoch.
public struct LearningRateSchedule: Sendable, Hashable {
  /// The shape after the warm-up.
  public enum Shape: Sendable, Hashable {
    /// 1 always.
    case constant
    /// From 1 down to `final` at the last step, in a straight line.
    case linear(final: Double)
    /// From 1 down to `final` at the last step, along half a cosine (Loshchilov and Hutter 2017, without restarts).
    case cosine(final: Double)
    /// Half a cosine from 1 down to `final` over `epochs` epochs, again and again, each time over `growth` times as many epochs
    /// (Loshchilov and Hutter 2017: SGDR).
    case cosineRestarts(final: Double, epochs: Int, growth: Int)
    /// Up from `start` over the share `rise` of the run, then down to `final` at the last step, both along half a cosine (Smith
    /// and Topin 2018, as PyTorch's `OneCycleLR`).
    case oneCycle(start: Double, rise: Double, final: Double)
    /// From `start` to 1 at the last step, by equal factors: a range test (Smith 2017).
    case rangeTest(start: Double)
    /// Times `factor` after every `epochs` epochs.
    case step(factor: Double, epochs: Int)
    /// Times `factor` after every epoch but the first `delay`.
    case exponential(factor: Double, delay: Int)
    /// Falls whenever the validation loss has stopped improving.
    case plateau(Plateau)
  }

  /// The shape after the warm-up.
  public var shape: Shape
  /// Steps over which the rate grows from nothing.
  public var warmupSteps: Int

  /// Creates a schedule.
  public init(_ shape: Shape, warmupSteps: Int = 0) {
    guard warmupSteps >= 0 else { fatalError("A warm-up has 0 steps or more, not \(warmupSteps)") }
    shape.requireSense()
    self.shape = shape
    self.warmupSteps = warmupSteps
  }

  /// The factor for a step.
  ///
  /// - Parameters:
  ///   - step: the step's number in the whole run, from 0.
  ///   - totalSteps: the steps of the whole run.
  ///   - stepsPerEpoch: the steps that go through the data once.
  ///   - plateauCount: how often the validation loss has stopped improving so far.
  public func factor(
    step: Int, totalSteps: Int, stepsPerEpoch: Int, plateauCount: Int = 0
  ) -> Double {
    if step < warmupSteps { return Double(step + 1) / Double(warmupSteps) }
    let (own, steps) = (Double(step - warmupSteps), Double(max(1, totalSteps - warmupSteps)))
    let progress = min(1, own / steps)
    let position = Self.position(
      ofStep: step, totalSteps: totalSteps, stepsPerEpoch: stepsPerEpoch)
    let epoch = Int(position)
    switch shape {
    case .constant: return 1
    case .linear(let final): return 1 + (final - 1) * progress
    case .cosine(let final): return halfCosine(from: 1, to: final, progress)
    case .cosineRestarts(let final, let epochs, let growth):
      return halfCosine(
        from: 1, to: final, shareOfCycle(position, first: epochs, growth: growth))
    case .oneCycle(let start, let rise, let final):
      // PyTorch's last step has the last rate, and its greatest rate falls between two steps.
      let top = rise * steps - 1
      return top > 0 && own <= top
        ? halfCosine(from: start, to: 1, own / top)
        : halfCosine(from: 1, to: final, min(1, (own - top) / (steps - 1 - top)))
    case .rangeTest(let start): return pow(start, 1 - min(1, own / max(1, steps - 1)))
    case .step(let factor, let epochs): return power(factor, epoch / max(1, epochs))
    case .exponential(let factor, let delay): return power(factor, max(0, epoch - delay))
    case .plateau(let plateau):
      return max(power(plateau.factor, plateauCount), min(1, plateau.least))
    }
  }

  /// How many of what counts as epochs are over before a step: epochs or, in a run of one epoch or less, tenths of the run.
  package static func period(ofStep step: Int, totalSteps: Int, stepsPerEpoch: Int) -> Int {
    Int(position(ofStep: step, totalSteps: totalSteps, stepsPerEpoch: stepsPerEpoch))
  }

  /// The same, with the share of the one that is not over.
  private static func position(ofStep step: Int, totalSteps: Int, stepsPerEpoch: Int) -> Double {
    totalSteps > stepsPerEpoch
      ? Double(step) / Double(stepsPerEpoch) : Double(step * 10) / Double(max(1, totalSteps))
  }
}

/// When and how the learning rate falls because the validation loss has stopped improving: PyTorch's `ReduceLROnPlateau` with
/// `mode="min"` and `threshold_mode="rel"`, and its defaults.
public struct Plateau: Sendable, Hashable {
  /// What the rate is multiplied by each time.
  public var factor: Double
  /// The epochs without an improvement that are allowed; one more, and the rate falls.
  public var patience: Int
  /// The share of the best loss by which a loss has to be below it to count as an improvement.
  public var threshold: Double
  /// The epochs after a fall in which nothing is counted.
  public var cooldown: Int
  /// The least factor of the base rate.
  public var least: Double

  /// Creates a rule.
  public init(
    factor: Double = 0.1, patience: Int = 10, threshold: Double = 1e-4, cooldown: Int = 0,
    least: Double = 0
  ) {
    self.factor = factor
    self.patience = patience
    self.threshold = threshold
    self.cooldown = cooldown
    self.least = least
  }
}

/// From one factor to another along half a cosine, by the share that is done.
private func halfCosine(from start: Double, to end: Double, _ share: Double) -> Double {
  end + (start - end) * (1 + cos(.pi * share)) / 2
}

/// How much of the cycle is over that an epoch falls into, where each cycle has `growth` times the epochs of the one before.
private func shareOfCycle(_ position: Double, first: Int, growth: Int) -> Double {
  var (start, length) = (0.0, Double(first))
  while position >= start + length {
    if growth == 1 { return (position / length).truncatingRemainder(dividingBy: 1) }
    start += length
    length *= Double(growth)
  }
  return (position - start) / length
}

extension LearningRateSchedule.Shape {
  /// Ends the program if a number makes no sense.
  fileprivate func requireSense() {
    func require(_ isSensible: Bool, _ sentence: @autoclosure () -> String) {
      if !isSensible { fatalError(sentence()) }
    }
    func isFactor(_ factor: Double) -> Bool { factor >= 0 && factor.isFinite }
    switch self {
    case .constant: break
    case .linear(let final), .cosine(let final):
      require(isFactor(final), "A schedule ends at a factor of 0 or more, not \(final)")
    case .cosineRestarts(let final, let epochs, let growth):
      require(
        isFactor(final) && epochs > 0 && growth > 0,
        "A cosine with restarts has a final factor of 0 or more, at least one epoch and a growth of at least 1, not \(final), \(epochs) and \(growth)"
      )
    case .oneCycle(let start, let rise, let final):
      require(
        isFactor(start) && isFactor(final) && rise > 0 && rise < 1,
        "A single cycle has factors of 0 or more and a rise above 0 and below 1, not \(start), \(final) and \(rise)"
      )
    case .rangeTest(let start):
      require(start > 0 && start.isFinite, "A range test starts at a factor above 0, not \(start)")
    case .step(let factor, let epochs):
      require(
        isFactor(factor) && epochs > 0,
        "A step schedule has a factor of 0 or more and at least one epoch, not \(factor) and \(epochs)"
      )
    case .exponential(let factor, let delay):
      require(
        isFactor(factor) && delay >= 0,
        "An exponential schedule has a factor and a delay of 0 or more, not \(factor) and \(delay)")
    case .plateau(let plateau):
      require(
        isFactor(plateau.factor) && plateau.patience >= 0 && isFactor(plateau.threshold)
          && plateau.cooldown >= 0 && isFactor(plateau.least),
        "A plateau schedule has a factor, a patience, a threshold, a cooldown and a least factor of 0 or more, not \(plateau.factor), \(plateau.patience), \(plateau.threshold), \(plateau.cooldown) and \(plateau.least)"
      )
    }
  }
}
