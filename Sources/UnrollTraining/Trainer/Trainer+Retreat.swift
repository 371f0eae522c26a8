internal import UnrollNN

/// Going back where numbers make no sense any more.
extension Trainer {
  private static var skipsBeforeRetreat: Int { 3 }
  private static var worseStepsBeforeRetreat: Int { 100 }
  static var retreatLimit: Int { 5 }
  private static var goodInterval: Int { 100 }

  /// Whether the state before the next step is one to go back to.
  ///
  /// A function of the counters alone, so that a resumed run goes back to the same states. An epoch's end is one, where a
  /// checkpoint is likely, which then need not hold two states; so is the second step, so that all memory is there from then on.
  func isGoodPoint(on data: TrainingData<Model.Batch>) -> Bool {
    let interval = Self.goodInterval
    let isRoundNumber =
      stepCount % interval == 0 || stepCount == 1
      || (data.stepsPerEpoch >= interval && stepCount % data.stepsPerEpoch == 0)
    return isRoundNumber && current.counters.skippedInARow == 0
      && current.counters.worseThanGuessingInARow == 0
  }

  /// Why the run has to go back after a step, if it has to.
  ///
  /// - Parameter culprit: what was not finite in the step.
  func reasonToRetreat(_ culprit: String?, on data: TrainingData<Model.Batch>) -> String? {
    if current.counters.skippedInARow >= Self.skipsBeforeRetreat { return culprit }
    if current.counters.worseThanGuessingInARow >= Self.worseStepsBeforeRetreat {
      return "the loss has been worse than guessing for \(Self.worseStepsBeforeRetreat) steps"
    }
    let isLast = stepCount == totalSteps(on: data)
    return (isGoodPoint(on: data) || isLast) && !current.isFinite ? "a weight is not finite" : nil
  }

  /// Goes back to the last good state, with half the learning rate.
  mutating func retreat(because cause: String, inStep step: Int) throws(TrainingError) {
    let count = current.counters.retreatCount + 1
    current = good
    guard count <= Self.retreatLimit else {
      throw TrainingError(
        .diverged,
        "training diverged: \(cause) in step \(step), even after \(Self.retreatLimit) "
          + "returns to an earlier state with half the learning rate")
    }
    current.counters.retreatCount = count
  }
}
