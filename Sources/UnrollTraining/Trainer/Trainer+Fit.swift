public import UnrollNN

extension Trainer {
  /// Trains to the end of the plan, from wherever the run is.
  ///
  /// The closures are given the trainer to look at. They cannot use the variable that `fit` is called on, which it is changing.
  ///
  /// - Parameters:
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
    while !isDone(on: data) {
      let report = try step(on: data)
      try onStep(self, report)
      guard report.isValidationDue else { continue }
      let loss = try validation(model)
      let isBest = loss.map { note(validationLoss: $0, afterEpochs: report.epoch + 1) } ?? false
      guard let epochs = report.epochsDone else { continue }
      try checkpoints?.write(self, on: data)
      let summary = EpochSummary(
        epochs: epochs, trainingLoss: current.counters.meanLoss, validationLoss: loss,
        isBest: isBest)
      try onEpoch(self, summary)
    }
  }
}
