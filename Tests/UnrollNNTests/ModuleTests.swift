import Testing
import UnrollNN
import UnrollTensor
import UnrollTestSupport

/// Names, shapes and gradients of modules.
struct ModuleTests {
  @Test func parametersHavePyTorchsNamesOrderAndShapes() {
    var random = MersenneTwister(seed: 0)
    let lstm = LSTM(
      inputSize: 3, hiddenSize: 5, layerCount: 2, bidirectional: true, projectionSize: 2,
      using: &random)
    var expected: [(String, Shape)] = []
    for (suffix, width) in [("l0", 3), ("l0_reverse", 3), ("l1", 4), ("l1_reverse", 4)] {
      expected += [
        ("weight_ih_\(suffix)", [20, width]), ("weight_hh_\(suffix)", [20, 2]),
        ("bias_ih_\(suffix)", [20]), ("bias_hh_\(suffix)", [20]), ("weight_hr_\(suffix)", [2, 5]),
      ]
    }
    expectParameters(lstm, expected)
    expectParameters(
      GRU(inputSize: 3, hiddenSize: 5, bias: false, using: &random),
      [("weight_ih_l0", [15, 3]), ("weight_hh_l0", [15, 5])])
    expectParameters(
      RNN(inputSize: 3, hiddenSize: 5, nonlinearity: .relu, using: &random),
      [
        ("weight_ih_l0", [5, 3]), ("weight_hh_l0", [5, 5]), ("bias_ih_l0", [5]),
        ("bias_hh_l0", [5]),
      ])
    expectParameters(
      Linear(inputSize: 3, outputSize: 5, using: &random), [("weight", [5, 3]), ("bias", [5])])
    expectParameters(
      Linear(inputSize: 3, outputSize: 5, bias: false, using: &random), [("weight", [5, 3])])
    expectParameters(
      Embedding(vocabularySize: 7, embeddingSize: 3, using: &random), [("weight", [7, 3])])
  }

  private func expectParameters(_ module: some Module, _ expected: [(String, Shape)]) {
    let parameters = module.parameters
    #expect(parameters.map(\.name) == expected.map(\.0))
    #expect(parameters.map(\.value.shape) == expected.map(\.1))
    #expect(module.parameterCount == expected.reduce(0) { $0 + $1.1.elementCount })
  }

  @Test(arguments: Variant.all)
  func gradientHasTheModelsOwnShape(_ variant: Variant) {
    let stack = variant.stack
    let (_, gradient) = valueAndGradient(of: stack) {
      $0(.vectors(variant.input)).output.sum()
    }
    #expect(gradient.parameters.map(\.name) == stack.parameters.map(\.name))
    #expect(gradient.parameters.map(\.value.shape) == stack.parameters.map(\.value.shape))
    #expect(gradient.parameters.allSatisfy { $0.value.sumOfSquares() > 0 })
    #expect(gradient.configuration == stack.configuration)
  }

  @Test func unusedParameterHasTheGradientZero() {
    let model: NamedTensors = ["used": .random([3], seed: 1), "unused": .random([2, 2], seed: 2)]
    let (value, gradient) = valueAndGradient(of: model) { $0["used"].sum() }
    #expect(value == model["used"].sum())
    #expect(gradient["used"] == Tensor(repeating: 1, shape: [3]))
    #expect(gradient["unused"] == Tensor(zeros: [2, 2]))
  }

  @Test func recordingLeavesTheModelAlone() {
    let variant = Variant.all[0]
    let stack = variant.stack
    var recorded: [Tensor] = []
    _ = valueAndGradient(of: stack) {
      recorded = $0.parameters.map(\.value)
      return $0(.vectors(variant.input)).output.sum()
    }
    #expect(recorded == stack.parameters.map(\.value))
    #expect(stack.parameters.map(\.value) == variant.stack.parameters.map(\.value))
  }

  @Test func aCopyIsASnapshot() {
    var model: NamedTensors = ["weight": Tensor(repeating: 1, shape: [4])]
    let snapshot = model
    var optimizer: any Optimizer = SGD(learningRate: 0.5, momentum: 0.9)
    optimizer.update(&model, along: ["weight": Tensor(repeating: 1, shape: [4])])
    let resumed = (model, optimizer)
    optimizer.update(&model, along: ["weight": Tensor(repeating: 1, shape: [4])])
    var (again, second) = resumed
    second.update(&again, along: ["weight": Tensor(repeating: 1, shape: [4])])
    #expect(snapshot["weight"] == Tensor(repeating: 1, shape: [4]))
    #expect(again["weight"] == model["weight"])
    #expect(second.state == optimizer.state)
  }

  @Test func paddingEntryStartsAtZeroAndGetsNoGradient() {
    var random = MersenneTwister(seed: 3)
    let table = Embedding(vocabularySize: 4, embeddingSize: 3, paddingIndex: 2, using: &random)
    #expect(Array(table.weight.elements[6..<9]) == [0, 0, 0])
    let (_, gradient) = valueAndGradient(of: table) {
      $0(Indices([2, 1, 2, 1], shape: [4])).sum()
    }
    #expect(gradient.weight.elements == [0, 0, 0, 2, 2, 2, 0, 0, 0, 0, 0, 0])
  }
}
