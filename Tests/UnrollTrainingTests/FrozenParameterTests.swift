import Testing
import UnrollModels
import UnrollNN
import UnrollTensor
import UnrollTestSupport
import UnrollTraining

/// Parameters that keep their values while the others learn.
struct FrozenParameterTests {
  static let optimizers: [any Optimizer] = [
    AdamW(learningRate: 0.02, weightDecay: 0.5), Adam(learningRate: 0.02, weightDecay: 0.5),
    SGD(learningRate: 0.5, momentum: 0.9, weightDecay: 0.1), RMSprop(learningRate: 0.01),
    Adagrad(learningRate: 0.1),
  ]

  /// Whatever moves the others, weight decay included.
  @Test(arguments: optimizers.indices)
  func frozenParametersKeepTheirBits(_ number: Int) throws {
    var run = try Run()
    run.plan.optimizer = Self.optimizers[number]
    run.plan.averaging = .exponential(decay: 0.5)
    run.plan.frozen = run.model.parameterNames(ofFirstLayers: 1)
    #expect(
      run.plan.frozen == [
        "embedding.weight", "rnn.weight_ih_l0", "rnn.weight_hh_l0", "rnn.bias_ih_l0",
        "rnn.bias_hh_l0",
      ])
    var trainer = run.trainer
    try trainer.fit(on: run.data)
    for model in [trainer.model, trainer.measuredModel] {
      for (after, before) in zip(model.parameters, run.model.parameters) {
        if run.plan.frozen.contains(after.name) {
          expectEqualBits(after.value, before.value, after.name)
        } else {
          #expect(after.value.elements != before.value.elements, "\(after.name)")
        }
      }
    }
  }

  /// A step of plain gradient descent moves the others as if nothing were frozen, and the norm is that of their gradients alone.
  @Test(arguments: [1, 3])
  func othersHaveTheGradientsThatTheyHadWithoutIt(shards: Int) throws {
    let run = try Run()
    var plan = TrainingPlan(epochs: 1, optimizer: SGD(learningRate: 1), shardCount: shards, seed: 9)
    var whole = Trainer(run.model, plan: plan)
    plan.frozen = run.model.parameterNames(ofFirstLayers: 2)
    var part = Trainer(run.model, plan: plan)
    let (before, after) = (try whole.step(on: run.data), try part.step(on: run.data))
    #expect(before.loss == after.loss)
    #expect(after.gradientNorm < before.gradientNorm)
    // The rate is 1, so what the others moved by is their gradient.
    let squares = zip(part.model.parameters, run.model.parameters).reduce(0.0) { sum, pair in
      zip(pair.0.value.elements, pair.1.value.elements).reduce(sum) {
        $0 + Double(($1.0 - $1.1) * ($1.0 - $1.1))
      }
    }
    #expect(abs(after.gradientNorm - squares.squareRoot()) < 1e-5 * after.gradientNorm)
    for (own, other) in zip(part.model.parameters, whole.model.parameters)
    where !plan.frozen.contains(own.name) {
      expectEqualBits(own.value, other.value, own.name)
    }
  }

  @Test func layersAreKnownByPyTorchsNames() {
    var random = MersenneTwister(seed: 0)
    let layers = GRU(
      inputSize: 2, hiddenSize: 2, layerCount: 11, bias: false, bidirectional: true, using: &random)
    #expect(layers.recurrentLayerCount == 11)
    #expect(layers.parameterNames(ofFirstLayers: 0) == [])
    #expect(
      layers.parameterNames(ofFirstLayers: 1) == [
        "weight_ih_l0", "weight_hh_l0", "weight_ih_l0_reverse", "weight_hh_l0_reverse",
      ])
    #expect(layers.parameterNames(ofFirstLayers: 10).count == 40)
    #expect(Linear(inputSize: 2, outputSize: 1, using: &random).recurrentLayerCount == 0)
  }
}
