import Testing
import UnrollNN
import UnrollTensor
import UnrollTraining

/// Means of the weights over the steps.
struct AveragingTests {
  private let data = TrainingData(stepsPerEpoch: 2) { step in
    Pulled.Batch(target: step % 2 == 0 ? 1 : 2)
  }

  private func plan(_ averaging: WeightAveraging, epochs: Int) -> TrainingPlan {
    TrainingPlan(epochs: epochs, optimizer: SGD(learningRate: 0.5), averaging: averaging)
  }

  /// The weights after steps 1 to 4 are 0.5, 1.25, 1.125 and 1.5625.
  @Test func exponentialMeanBeginsWithTheFirstWeights() throws {
    var trainer = Trainer(Pulled(), plan: plan(.exponential(decay: 0.75), epochs: 2))
    #expect(trainer.measuredModel.value.scalar == 0)
    var means: [Float] = []
    var measured: [Float] = []
    try trainer.fit(
      on: data,
      validation: {
        measured.append($0.value.scalar)
        return 1
      }, onStep: { trainer, _ in means.append(trainer.measuredModel.value.scalar) })
    #expect(means == [0.5, 0.6875, 0.796875, 0.98828125])
    #expect(measured == [0.6875, 0.98828125])
    #expect(trainer.model.value.scalar == 1.5625)
  }

  @Test func meanBeginsWhereValidationHasStalled() throws {
    var trainer = Trainer(Pulled(), plan: plan(.whenStalled(interval: 2), epochs: 7))
    // The fifth loss is worse than the best of all but the last two, 3.
    var losses = [4, 3, 2, 2.5, 3.5, 1, 1].makeIterator()
    var stalledAfter: [Int] = []
    var expected: [Float] = []
    var mean: Float = 0
    try trainer.fit(
      on: data, validation: { _ in losses.next() ?? 0 },
      onStep: { trainer, report in
        guard trainer.current.counters.hasStalled else {
          #expect(trainer.measuredModel.value.scalar == trainer.model.value.scalar)
          return
        }
        stalledAfter.append(report.step)
        expected.append(trainer.model.value.scalar)
        mean = expected.reduce(0, +) / Float(expected.count)
        #expect(abs(trainer.measuredModel.value.scalar - mean) < 1e-6)
      })
    #expect(stalledAfter == [11, 12, 13, 14])
  }

  /// A loss that is not finite stalls nothing, and leaves a checkpoint that can be read.
  @Test func lossThatIsNotFiniteIsResumed() throws {
    var trainer = Trainer(Pulled(), plan: plan(.whenStalled(interval: 1), epochs: 4))
    for (epoch, loss) in [2.0, .nan, .infinity].enumerated() {
      for _ in 0..<2 { _ = try trainer.step(on: data) }
      trainer.note(validationLoss: loss, afterEpochs: epoch + 1)
    }
    let resumed = try CheckpointFolder.reopened(trainer, as: Pulled(), on: data)
    #expect(resumed.current.counters.validationLosses == [2])
    #expect(resumed.stepCount == 6 && resumed.best == trainer.best)
  }

  @Test func bestModelIsTheMean() throws {
    var trainer = Trainer(Pulled(), plan: plan(.exponential(decay: 0.75), epochs: 2))
    var losses = [1.0, 2].makeIterator()
    try trainer.fit(on: data, validation: { _ in losses.next() ?? 0 })
    #expect(trainer.current.bestModel?.value.scalar == 0.6875)
  }
}
