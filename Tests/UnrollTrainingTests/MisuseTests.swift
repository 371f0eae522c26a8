import Testing
import Unroll

/// What a program gets wrong stops it, with a sentence, also where it was compiled for release.
struct MisuseTests {
  enum Misuse: String, CaseIterable, Codable, Sendable {
    case noEpochs, negativeStepLimit, noPatience, rateThatIsNoNumber, negativeRate, endlessRate,
      limitOfZero, limitThatIsNoNumber, changedPlan, noSteps, noExamples, emptyBatches

    var sentence: String {
      switch self {
      case .noEpochs: "A training plan has at least one epoch, not -1"
      case .negativeStepLimit: "A step limit is 0 or more, not -3"
      case .noPatience: "A patience is at least one epoch, not 0"
      case .rateThatIsNoNumber: "A learning rate is 0 or more and finite, not nan"
      case .negativeRate: "A learning rate is 0 or more and finite, not -0.1"
      case .endlessRate: "A learning rate is 0 or more and finite, not inf"
      case .limitOfZero: "A limit of gradients is above 0, not 0.0"
      case .limitThatIsNoNumber: "A limit of gradients is above 0, not nan"
      case .changedPlan: "A training plan has at least one epoch, not 0"
      case .noSteps: "Training data of 0 steps an epoch: there is at least one"
      case .noExamples: "Training data of 0 examples in batches of 4: both are at least 1"
      case .emptyBatches: "Training data of 3 examples in batches of 0: both are at least 1"
      }
    }

    func commit() {
      let adam = Adam()
      switch self {
      case .noEpochs: _ = TrainingPlan(epochs: -1, optimizer: adam)
      case .negativeStepLimit: _ = TrainingPlan(epochs: 1, optimizer: adam, stepLimit: -3)
      case .noPatience: _ = TrainingPlan(epochs: 1, optimizer: adam, patience: 0)
      case .rateThatIsNoNumber: _ = TrainingPlan(epochs: 1, optimizer: Self.adam(.nan))
      case .negativeRate: _ = TrainingPlan(epochs: 1, optimizer: Self.adam(-0.1))
      case .endlessRate: _ = TrainingPlan(epochs: 1, optimizer: Self.adam(.infinity))
      case .limitOfZero: _ = TrainingPlan(epochs: 1, optimizer: adam, gradientNormLimit: 0)
      case .limitThatIsNoNumber:
        _ = TrainingPlan(epochs: 1, optimizer: adam, gradientValueLimit: .nan)
      case .changedPlan:
        var plan = TrainingPlan(epochs: 1, optimizer: adam)
        plan.epochs = 0
        _ = Trainer(Pulled(), plan: plan)
      case .noSteps: _ = TrainingData(stepsPerEpoch: 0) { $0 }
      case .noExamples: _ = TrainingData(shuffling: [Int](), batchSize: 4, seed: 0) { $0 }
      case .emptyBatches: _ = TrainingData(inOrder: [1, 2, 3], batchSize: 0) { $0 }
      }
    }

    /// An optimizer whose rate was changed after it was made.
    private static func adam(_ learningRate: Double) -> Adam {
      var adam = Adam()
      adam.learningRate = learningRate
      return adam
    }
  }

  @Test(arguments: Misuse.allCases)
  func misuseEndsTheProgramWithASentence(_ misuse: Misuse) async throws {
    let result = await #expect(
      processExitsWith: .failure, observing: [\.standardErrorContent]
    ) { [misuse = misuse as Misuse] in misuse.commit() }
    let output = String(decoding: try #require(result).standardErrorContent, as: UTF8.self)
    #expect(output.contains(misuse.sentence), "\(output)")
  }
}
