#if canImport(Darwin)
import Darwin
#elseif canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

/// What the learning rate is multiplied by at each step: a function of the step alone, after a linear warm-up.
///
/// `step`, `exponential` and `plateau` count epochs, as PyTorch's schedulers do where they are stepped once an epoch. In a run of
/// one epoch or less none of them would ever act, so there each tenth of the run counts as an epoch.
public struct LearningRateSchedule: Sendable, Hashable {
  /// The shape after the warm-up.
  public enum Shape: Sendable, Hashable {
    /// 1 always.
    case constant
    /// From 1 down to `final` at the last step, in a straight line.
    case linear(final: Double)
    /// From 1 down to `final` at the last step, along half a cosine (Loshchilov and Hutter 2017, without restarts).
    case cosine(final: Double)
    /// Times `factor` after every `epochs` epochs.
    case step(factor: Double, epochs: Int)
    /// Times `factor` after every epoch but the first `delay`.
    case exponential(factor: Double, delay: Int)
    /// Times `factor` whenever the validation loss has not improved for more than `patience` epochs.
    case plateau(factor: Double, patience: Int)
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
    let progress = min(1, Double(step - warmupSteps) / Double(max(1, totalSteps - warmupSteps)))
    let epoch = Self.period(ofStep: step, totalSteps: totalSteps, stepsPerEpoch: stepsPerEpoch)
    switch shape {
    case .constant: return 1
    case .linear(let final): return 1 + (final - 1) * progress
    case .cosine(let final): return final + (1 - final) * (1 + cos(.pi * progress)) / 2
    case .step(let factor, let epochs): return power(factor, epoch / max(1, epochs))
    case .exponential(let factor, let delay): return power(factor, max(0, epoch - delay))
    case .plateau(let factor, _): return power(factor, plateauCount)
    }
  }

  /// How many of what counts as epochs are over before a step: epochs or, in a run of one epoch or less, tenths of the run.
  package static func period(ofStep step: Int, totalSteps: Int, stepsPerEpoch: Int) -> Int {
    totalSteps > stepsPerEpoch ? step / stepsPerEpoch : step * 10 / max(1, totalSteps)
  }
}

extension LearningRateSchedule.Shape {
  /// Ends the program if a number makes no sense.
  fileprivate func requireSense() {
    func isSensible(_ factor: Double) -> Bool { factor >= 0 && factor.isFinite }
    switch self {
    case .constant: break
    case .linear(let final), .cosine(let final):
      guard isSensible(final) else {
        fatalError("A schedule ends at a factor of 0 or more, not \(final)")
      }
    case .step(let factor, let epochs):
      guard isSensible(factor), epochs > 0 else {
        fatalError(
          "A step schedule has a factor of 0 or more and at least one epoch, not \(factor) and \(epochs)"
        )
      }
    case .exponential(let factor, let delay):
      guard isSensible(factor), delay >= 0 else {
        fatalError(
          "An exponential schedule has a factor and a delay of 0 or more, not \(factor) and \(delay)"
        )
      }
    case .plateau(let factor, let patience):
      guard isSensible(factor), patience >= 0 else {
        fatalError(
          "A plateau schedule has a factor and a patience of 0 or more, not \(factor) and \(patience)"
        )
      }
    }
  }
}
