import Testing
import Unroll
import UnrollTestSupport

/// A whole run by `fit`, with checkpoints, and what its closures see.
struct FitTests {
  @Test func closuresSeeTheTrainerAsItIs() throws {
    let run = try Run()
    var trainer = run.trainer
    var byHand = run.trainer
    var epochs: [Int] = []
    try trainer.fit(
      on: run.data,
      onStep: { trainer, report in
        let expected = try byHand.step(on: run.data)
        #expect(report == expected)
        #expect(trainer.stepCount == report.step)
        expectEqualBits(trainer.model, byHand.model, "step \(report.step)")
      },
      onEpoch: { trainer, summary in
        epochs.append(summary.epochs)
        #expect(summary.trainingLoss == trainer.current.counters.meanLoss)
        #expect(summary.validationLoss == nil && !summary.isBest)
      })
    #expect(epochs == [1, 2, 3])
    #expect(trainer.stepCount == byHand.stepCount)
  }

  @Test(arguments: [1, 3, 8, 11, 20])
  func interruptedRunGoesOnFromItsCheckpointToTheSameBits(_ lastStep: Int) throws {
    struct Interruption: Error {}
    let run = try Run()
    let folder = try CheckpointFolder()
    var interrupted = run.trainer
    try {
      let store = try CheckpointStore(creating: folder.path)
      #expect(throws: Interruption.self) {
        try interrupted.fit(
          on: run.data, checkpoints: store,
          onStep: { if $1.step == lastStep { throw Interruption() } })
      }
    }()
    var trainer = run.trainer
    if lastStep > run.data.stepsPerEpoch {
      let store = try CheckpointStore(opening: folder.path)
      try trainer.restore(store.newest(), on: run.data)
      #expect(trainer.stepCount % run.data.stepsPerEpoch == 0)
      #expect(trainer.stepCount < lastStep && trainer.stepCount > 0)
      try trainer.fit(on: run.data, checkpoints: store)
    } else {
      #expect(throws: CheckpointError.self) { _ = try CheckpointStore(opening: folder.path) }
      try trainer.fit(on: run.data)
    }
    expectEqualBits(trainer.model, try run.finished(), "resumed")
  }

  @Test func checkpointIsWrittenAfterEveryEpochBeforeItIsReported() throws {
    let run = try Run()
    let folder = try CheckpointFolder()
    let store = try CheckpointStore(creating: folder.path)
    var steps: [Int] = []
    var trainer = run.trainer
    try trainer.fit(
      on: run.data, validation: { _ in 1 }, checkpoints: store,
      onEpoch: { trainer, summary in
        let checkpoint = try store.newest()
        var restored = run.trainer
        try restored.restore(checkpoint, on: run.data)
        #expect(restored.current.counters == trainer.current.counters)
        #expect(restored.best?.loss == 1)
        steps.append(checkpoint.step)
      })
    let epoch = run.data.stepsPerEpoch
    #expect(steps == [epoch, 2 * epoch, 3 * epoch])
  }

  /// A trainer can be handed from task to task.
  @Test func trainingInAnotherTaskGivesTheSameBits() async throws {
    let run = try Run()
    let trainer = try await Task.detached {
      var trainer = run.trainer
      try trainer.fit(on: run.data)
      return trainer
    }.value
    expectEqualBits(trainer.model, try run.finished(), "in a task")
  }
}
