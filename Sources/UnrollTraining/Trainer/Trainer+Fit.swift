public import UnrollNN

extension Trainer {
  /// Trains to the end of the plan, from wherever the run is.
  ///
  /// The closures are given the trainer to look at. They cannot use the variable that `fit` is called on, which it is changing.
  ///
  /// - Parameters:
  ///   - data: what is learned.
  ///   - validation: the loss on other data, measured whenever `StepReport.isValidationDue`; `nil` if there is none.
  ///   - checkpoints: where a checkpoint is written after every epoch and at the end, when the validation loss has been noted.
  ///   - onStep: is called after each step.
  ///   - onEpoch: is called after each epoch and at the end, when the checkpoint has been written.
  /// - Throws: `TrainingError` if the run diverges, `FileError` if a checkpoint cannot be written, and what the data and the
  ///   closures throw. The steps that were taken stay taken: another call goes on with the next one.
  public mutating func fit(
    on data: TrainingData<Model.Batch>, validation: (Model) throws -> Double? = { _ in nil },
    checkpoints: CheckpointStore? = nil,
    onStep: (_ trainer: borrowing Trainer, _ report: StepReport) throws -> Void = { _, _ in },
    onEpoch: (_ trainer: borrowing Trainer, _ summary: EpochSummary) throws -> Void = { _, _ in }
  ) throws {
    _ = try run(
      on: data, validation: { try validation($0.measuredModel).map { .loss($0) } ?? .none },
      onStep: onStep,
      onValidation: { trainer, summary in
        guard summary.isEpochEnd else { return }
        try checkpoints?.write(trainer, on: data)
        try onEpoch(trainer, summary)
      }, shouldStop: { _ in false })
  }

  /// The one loop of training: steps, and a validation wherever one is due.
  ///
  /// - Parameters:
  ///   - validation: measures the model.
  ///   - onValidation: is called when the loss has been noted, or where there is none to note.
  ///   - shouldStop: is asked after each step, or after the validation that follows it.
  /// - Returns: whether the plan is done; otherwise `shouldStop` or an interrupted validation ended the loop, and calling it again
  ///   goes on from there.
  package mutating func run(
    on data: TrainingData<Model.Batch>,
    validation: (_ trainer: borrowing Trainer) throws -> Validation,
    onStep: (_ trainer: borrowing Trainer, _ report: StepReport) throws -> Void,
    onValidation: (_ trainer: borrowing Trainer, _ summary: EpochSummary) throws -> Void,
    shouldStop: (_ trainer: borrowing Trainer) -> Bool
  ) throws -> Bool {
    while true {
      if current.counters.isValidationPending {
        guard let summary = try note(validation(self), on: data) else { return false }
        try onValidation(self, summary)
        if shouldStop(self) { return isDone(on: data) }
      }
      if isDone(on: data) { return true }
      let report = try step(on: data)
      try onStep(self, report)
      if !report.isValidationDue, shouldStop(self) { return false }
    }
  }

  /// Takes note of what came of a validation after the last step; `nil` if it has to be done again.
  private mutating func note(
    _ validation: Validation, on data: TrainingData<Model.Batch>
  ) -> EpochSummary? {
    let epochs = (stepCount - 1) / data.stepsPerEpoch + 1
    var (loss, isBest): (Double?, Bool) = (nil, false)
    switch validation {
    case .interrupted: return nil
    case .none: break
    case .loss(let measured):
      loss = measured
      isBest = note(validationLoss: measured, afterEpochs: epochs)
    }
    current.counters.isValidationPending = false
    return EpochSummary(
      epochs: epochs, isEpochEnd: isEpochEnd(on: data), trainingLoss: current.counters.meanLoss,
      validationLoss: loss, isBest: isBest)
  }
}

/// What came of measuring a model.
package enum Validation {
  /// There is nothing to measure on.
  case none
  /// A loss, or another number that is the less the better.
  case loss(Double)
  /// Somebody wanted an end before the number was known.
  case interrupted
}
