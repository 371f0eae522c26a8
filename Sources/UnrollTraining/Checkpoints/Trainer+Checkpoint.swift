internal import UnrollFormats
public import UnrollNN

extension Trainer {
  /// Goes to where the run of a checkpoint was; the rest is equal to the bit to that of the run without interruption, given
  /// the same plan and data.
  ///
  /// - Throws: `CheckpointError` with code `mismatch` if the checkpoint is of another model, plan or data; the trainer is then as
  ///   it was. What the data throws if a batch cannot be read.
  public mutating func restore(
    _ checkpoint: Checkpoint, on data: TrainingData<Model.Batch>
  ) throws {
    let total = totalSteps(on: data)
    guard checkpoint.step <= total, checkpoint.good?.counters.stepCount ?? 0 <= checkpoint.step
    else {
      throw CheckpointError(
        .mismatch, "'\(checkpoint.path)' is at step \(checkpoint.step) of a run of \(total) steps")
    }
    do {
      try fill(from: checkpoint, on: data)
    } catch let error as ParameterError {
      throw CheckpointError(error.code == .mismatch ? .mismatch : .damaged, error.message)
    }
  }

  private mutating func fill(
    from checkpoint: Checkpoint, on data: TrainingData<Model.Batch>
  ) throws {
    var state = TrainingState(model, optimizer: plan.optimizer)
    var weights = TensorFilling(checkpoint.model)
    weights.fill(&state.model)
    try weights.finish("this run")
    var rest = TensorFilling(checkpoint.trainer)
    try state.fill(from: &rest, checkpoint.current) { try data.batch(checkpoint.step) }
    var earlier = state
    if let saved = checkpoint.good {
      rest.fill(&earlier.model, under: "good.model.")
      try earlier.fill(from: &rest, saved, prefix: "good.") {
        try data.batch(saved.counters.stepCount)
      }
    }
    try rest.finish("this run")
    (current, good) = (state, earlier)
  }

  /// The states that a checkpoint needs: the current one, and the good one unless the next step makes a new one.
  func savedStates(
    on data: TrainingData<Model.Batch>
  ) -> (current: TrainingState<Model>, good: TrainingState<Model>?) {
    func withoutUnusedState(_ state: TrainingState<Model>) -> TrainingState<Model> {
      var state = state
      let next = state.counters.stepCount
      // Where the next batch cannot be read, the state is kept: it may be of use when it can.
      let isUnused = next >= totalSteps(on: data) || (try? data.batch(next).startsAnew) == true
      if isUnused { state.carried = nil }
      return state
    }
    return (
      withoutUnusedState(current), isGoodPoint(on: data) ? nil : withoutUnusedState(good)
    )
  }
}
