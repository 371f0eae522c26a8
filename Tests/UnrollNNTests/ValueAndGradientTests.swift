import Testing
import Unroll
import UnrollTestSupport

/// What is kept from one call to the next, and calls inside each other.
struct ValueAndGradientTests {
  private struct TwoLayers: Module {
    var first: Linear
    var second: Linear

    init(seed: UInt64) {
      var random = MersenneTwister(seed: seed)
      first = Linear(inputSize: 3, outputSize: 4, using: &random)
      second = Linear(inputSize: 4, outputSize: 2, using: &random)
    }

    mutating func forEachParameter(_ visit: (String, inout Tensor) -> Void) {
      first.forEachParameter(under: "first", visit)
      second.forEachParameter(under: "second", visit)
    }
  }

  private let model = TwoLayers(seed: 1)
  private let x = Tensor.random([5, 3], seed: 1)
  private let y = Tensor.random([5, 2], seed: 2)

  private func expectEqualGradients<Model: Module>(_ actual: Model, _ expected: Model) {
    for ((name, a), (_, b)) in zip(actual.parameters, expected.parameters) {
      expectEqualBits(a, b, name)
    }
  }

  @Test func gradientAtATensorIsThatOfTheFunction() {
    let x = Tensor([1, 2, -3])
    let (value, gradient) = valueAndGradient(at: x) { ($0 * $0 * $0).sum() / 2 }
    #expect(value.scalar == -9)
    #expect(gradient.elements == [1.5, 6, 13.5])
  }

  @Test func lossKeptFromAnEarlierCallIsAConstant() {
    var kept = Tensor(0)
    _ = valueAndGradient(of: model) {
      kept = meanSquaredError($0.second(tanh($0.first(x))), y)
      return kept
    }
    func gradient(_ constant: Tensor) -> TwoLayers {
      valueAndGradient(of: model) {
        meanSquaredError($0.second(tanh($0.first(x))), y) + constant
      }.gradient
    }
    expectEqualGradients(gradient(kept), gradient(kept.detached()))
  }

  @Test func layersOutputKeptFromAnEarlierCallIsAConstant() {
    var hidden = Tensor(0)
    _ = valueAndGradient(of: model) {
      hidden = tanh($0.first(x))
      return hidden.sum()
    }
    func gradient(_ hidden: Tensor) -> TwoLayers {
      valueAndGradient(of: model) {
        meanSquaredError($0.second(tanh($0.first(x)) + hidden), y)
      }.gradient
    }
    expectEqualGradients(gradient(hidden), gradient(hidden.detached()))
  }

  /// Truncated back-propagation through time, written by hand.
  @Test(arguments: [RecurrentCell.rnnTanh, .rnnReLU, .lstm, .gru])
  func stateCarriedFromStepToStepNeedsNoDetaching(_ cell: RecurrentCell) {
    var random = MersenneTwister(seed: 1)
    let stack = RecurrentStack(
      .init(cell: cell, inputSize: 3, hiddenSize: 4, layerCount: 2), using: &random)
    func train(detaching: Bool) -> RecurrentStack {
      var (model, sgd) = (stack, SGD(learningRate: 0.1))
      var state = model.initialState(batchSize: 2)
      for step in 0..<4 {
        let x = Tensor.random([5, 2, 3], seed: UInt64(step))
        let (_, gradient) = valueAndGradient(of: model) { model in
          let result = model(.vectors(x), state: state)
          state = detaching ? result.state.detached() : result.state
          return (result.output * result.output).sum()
        }
        sgd.update(&model, along: gradient)
      }
      return model
    }
    expectEqualGradients(train(detaching: false), train(detaching: true))
  }

  @Test func callInsideAnotherThatIsIndependentOfItChangesNothing() throws {
    let other = TwoLayers(seed: 2)
    let plain = valueAndGradient(of: model) { meanSquaredError($0.first(x), $0.first(x) * 2) }
    var inner: TwoLayers?
    let around = valueAndGradient(of: model) { model in
      let hidden = model.first(x)
      inner =
        valueAndGradient(of: other) {
          ($0.second(hidden.detached()) * $0.second.weight[0].sum()).sum()
        }.gradient
      return meanSquaredError(model.first(x), hidden * 2)
    }
    expectEqualGradients(around.gradient, plain.gradient)
    let hidden = model.first(x)
    let alone = valueAndGradient(of: other) {
      ($0.second(hidden) * $0.second.weight[0].sum()).sum()
    }
    expectEqualGradients(try #require(inner), alone.gradient)
  }

  @Test func callThatThrowsLeavesConstantsBehind() throws {
    struct Failure: Error {}
    var kept = Tensor(0)
    #expect(throws: Failure.self) {
      _ = try valueAndGradient(of: model) {
        kept = $0.first(x)
        throw Failure()
      }
    }
    let (_, gradient) = valueAndGradient(of: model) { ($0.first(x) * kept).sum() }
    let (_, expected) = valueAndGradient(of: model) { ($0.first(x) * kept.detached()).sum() }
    expectEqualGradients(gradient, expected)
  }

  @Test func visitorThatThrowsStopsAtTheParameter() {
    struct Failure: Error, Equatable { let name: String }
    var model = model
    var seen: [String] = []
    #expect(throws: Failure(name: "first.bias")) {
      try model.updateParameters { (name, parameter) throws(Failure) in
        seen.append(name)
        if name == "first.bias" { throw Failure(name: name) }
        parameter *= 2
      }
    }
    #expect(seen == ["first.weight", "first.bias"])
    expectEqualBits(model.first.weight, 2 * self.model.first.weight)
    expectEqualBits(model.second.weight, self.model.second.weight)
    model.updateParameters { _, parameter in parameter *= 0 }
    #expect(model.parameters.allSatisfy { $0.value.sumOfSquares() == 0 })
  }

  private struct WithFrozenParts: Module {
    @Frozen var embedding: Embedding
    @Frozen var scale = Tensor([2, 3], shape: [2])
    var output: Linear

    mutating func forEachParameter(_ visit: (String, inout Tensor) -> Void) {
      output.forEachParameter(under: "output", visit)
    }
  }

  @Test func frozenPartsAreConstants() {
    var random = MersenneTwister(seed: 1)
    var model = WithFrozenParts(
      embedding: Embedding(vocabularySize: 5, embeddingSize: 3, using: &random),
      output: Linear(inputSize: 3, outputSize: 2, using: &random))
    let before = model
    let tokens = Indices([1, 4, 1], shape: [3])
    let (_, gradient) = valueAndGradient(of: model) {
      ($0.output($0.embedding(tokens)) * $0.scale).sum()
    }
    var adam = Adam()
    adam.update(&model, along: gradient)
    #expect(gradient.parameters.map(\.name) == ["output.weight", "output.bias"])
    #expect(gradient.output.bias == Tensor([6, 9], shape: [2]))
    #expect(model.embedding.weight == before.embedding.weight)
    #expect(model.scale == before.scale)
    #expect(model.output.weight != before.output.weight)
  }
}
