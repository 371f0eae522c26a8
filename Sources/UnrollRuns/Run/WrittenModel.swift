internal import UnrollNN
internal import UnrollTraining

/// A model of a run that is worth writing, with what it had come to.
struct WrittenModel<Model: Trainable> {
  let model: Model
  let step: Int
  /// The mean training loss of the epoch that the model is from.
  let loss: Double?
  /// The measure of this very model, if it was measured.
  let validation: Measure?

  private init(_ model: Model, step: Int, loss: Double?, validation: Measure?) {
    self.model = model
    self.step = step
    self.loss = loss
    self.validation = validation
  }

  /// The last model.
  init(last state: TrainingState<Model>, _ measures: RunMeasures) {
    let counters = state.counters
    self.init(
      state.measured, step: counters.stepCount, loss: counters.meanLoss,
      validation: measures.lastStep == counters.stepCount ? measures.last : nil)
  }

  /// The best model if it is wanted; otherwise, or where none was measured or steps were taken since the last measure was the best,
  /// the last.
  init(
    _ state: TrainingState<Model>, isBestWanted: Bool, _ measures: RunMeasures
  ) {
    guard isBestWanted, let model = state.bestModel, let best = state.counters.best,
      best.step != measures.lastStep || best.step == state.counters.stepCount
    else {
      self.init(last: state, measures)
      return
    }
    self.init(model, step: best.step, loss: best.trainingLoss, validation: measures.best)
  }
}
