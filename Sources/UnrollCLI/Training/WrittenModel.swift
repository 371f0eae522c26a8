import Unroll
import UnrollModels
import UnrollTraining

/// A model of a run that is worth writing, with what it had come to.
struct WrittenModel {
  let model: LanguageModel
  let step: Int
  let trainingLoss: Double?
  let validationLoss: Double?

  private init(
    _ model: LanguageModel, step: Int, trainingLoss: Double?, validationLoss: Double?
  ) {
    self.model = model
    self.step = step
    self.trainingLoss = trainingLoss
    self.validationLoss = validationLoss
  }

  /// The last model.
  init(last state: TrainingState<LanguageModel>) {
    let counters = state.counters
    self.init(
      state.model, step: counters.stepCount, trainingLoss: counters.lastLoss,
      validationLoss: counters.validationLoss)
  }

  /// The best model, if the run has a patience, or else the last.
  init(_ state: TrainingState<LanguageModel>) {
    guard let model = state.bestModel, let best = state.counters.best else {
      self.init(last: state)
      return
    }
    self.init(
      model, step: best.step, trainingLoss: best.trainingLoss, validationLoss: best.loss)
  }
}
