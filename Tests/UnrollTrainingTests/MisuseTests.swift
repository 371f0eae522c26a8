import Testing
import Unroll
import UnrollTestSupport

/// What a program gets wrong about training ends it, in every build, with a sentence.
struct MisuseTests {
  @Test(arguments: table.indices)
  func misuseEndsTheProgramWithItsSentence(_ index: Int) async {
    let result = await #expect(
      processExitsWith: .failure, observing: [\.standardErrorContent]
    ) { [index = index as Int] in MisuseTests.table[index].commit() }
    Self.table[index].expectSentence(in: result)
  }

  static let table = plans + data + trainers

  private static let plans = [
    Misuse("A training plan has at least one epoch, not -1") {
      _ = TrainingPlan(epochs: -1, optimizer: Adam())
    },
    Misuse("A step limit is 0 or more, not -3") {
      _ = TrainingPlan(epochs: 1, optimizer: Adam(), stepLimit: -3)
    },
    Misuse("A patience is at least one epoch, not 0") {
      _ = TrainingPlan(epochs: 1, optimizer: Adam(), patience: 0)
    },
    Misuse("A learning rate is 0 or more and finite, not nan") {
      _ = TrainingPlan(epochs: 1, optimizer: adam(learningRate: .nan))
    },
    Misuse("A learning rate is 0 or more and finite, not -0.1") {
      _ = TrainingPlan(epochs: 1, optimizer: adam(learningRate: -0.1))
    },
    Misuse("A learning rate is 0 or more and finite, not inf") {
      _ = TrainingPlan(epochs: 1, optimizer: adam(learningRate: .infinity))
    },
    Misuse("A limit of gradients is above 0, not 0.0") {
      _ = TrainingPlan(epochs: 1, optimizer: Adam(), gradientNormLimit: 0)
    },
    Misuse("A limit of gradients is above 0, not nan") {
      _ = TrainingPlan(epochs: 1, optimizer: Adam(), gradientValueLimit: .nan)
    },
  ]

  /// An optimizer whose rate was changed after it was made.
  private static func adam(learningRate: Double) -> Adam {
    var adam = Adam()
    adam.learningRate = learningRate
    return adam
  }

  private static let data = [
    Misuse("Training data of 0 steps an epoch: there is at least one") {
      _ = TrainingData(stepsPerEpoch: 0) { $0 }
    },
    Misuse("Training data of 0 examples in batches of 4: both are at least 1") {
      _ = TrainingData(shuffling: [Int](), batchSize: 4, seed: 0) { $0 }
    },
    Misuse("Training data of 3 examples in batches of 0: both are at least 1") {
      _ = TrainingData(inOrder: [1, 2, 3], batchSize: 0) { $0 }
    },
  ]

  private static let trainers = [
    Misuse("A plan freezes 'layer.weight', and the model has only value") {
      _ = Trainer(
        Pulled(), plan: TrainingPlan(epochs: 1, optimizer: Adam(), frozen: ["layer.weight"]))
    },
    Misuse("A training plan has at least one epoch, not 0") {
      var plan = TrainingPlan(epochs: 1, optimizer: Adam())
      plan.epochs = 0
      _ = Trainer(Pulled(), plan: plan)
    },
    Misuse(
      "TwoOfOneName has two parameters with the name \"value\": visit its parts under different names, as in part.forEachParameter(under: \"part\", visit)"
    ) { _ = Trainer(TwoOfOneName(), plan: TrainingPlan(epochs: 1, optimizer: Adam())) },
  ]
}

/// Adam would keep one pair of moments for both.
private struct TwoOfOneName: Trainable {
  var first = Pulled()
  var second = Pulled()

  func totalLoss(of batch: Pulled.Batch, state: inout NoState, mode: inout Mode) -> Tensor {
    first.value * second.value
  }

  mutating func forEachParameter(_ visit: (String, inout Tensor) -> Void) {
    first.forEachParameter(visit)
    second.forEachParameter(visit)
  }
}
