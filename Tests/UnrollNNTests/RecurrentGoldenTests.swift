import Testing
import UnrollFormats
import UnrollNN
import UnrollTensor
import UnrollTestSupport

/// Outputs, states and gradients of every recurrent layer equal to PyTorch's.
struct RecurrentGoldenTests {
  static let golden = Result { try GoldenFile("recurrent") }

  @Test func thereAreAsManyCasesAsWereGenerated() throws {
    #expect(try Self.golden.get().cases.count == 240)
  }

  @Test(arguments: try golden.get().cases)
  func outputsStatesAndGradientsAreThoseOfPyTorch(_ golden: GoldenFile.Case) throws {
    let (file, settings) = (golden.file, golden.settings)
    let model = try settings["model"].string()
    let configuration = try RecurrentStack.Configuration(golden: settings)
    let names = try settings["parameters"].strings()
    let parameters = try names.map { try file.tensor("\(model)/parameter/\($0)") }
    let input = try file.tensor("\(model)/input")
    let lengths = try settings["lengths"].indices()
    let stateNames = configuration.cell == .lstm ? ["h_n", "c_n"] : ["h_n"]

    var remaining = parameters.makeIterator()
    let stack = RecurrentStack(configuration) { remaining.next() ?? Tensor(zeros: $0) }
    #expect(stack.parameters.map(\.name) == names)
    #expect(stack.parameters.map(\.value) == parameters)
    var state = stack.initialState(batchSize: input.shape[1])
    if try settings["state"].string() == "given" {
      state.hidden = try file.tensor("\(model)/h_0").separated()
      if configuration.cell == .lstm { state.cell = try file.tensor("\(model)/c_0").separated() }
    }

    var results: [String: Tensor] = [:]
    let (loss, gradient) = try valueAndGradient(
      of: Recorded(stack: stack, input: input, state: state)
    ) { recorded in
      let (output, final) = recorded.stack(
        .vectors(recorded.input), state: recorded.state, lengths: lengths)
      results = ["output": output, "h_n": final.hidden.joined(), "c_n": final.cell.joined()]
      return try (["output"] + stateNames).reduce(Tensor(0)) { sum, name in
        let upstream = try file.tensor("\(model)/upstream/\(name)")
        return try sum + (#require(results[name]) * upstream).sum()
      }
    }

    // A sum of up to 240 numbers is in the loss, one of some dozens in a gradient; PyTorch's own single precision is within
    // 1.4e-6 of the golden values.
    func expectGolden(_ actual: Tensor?, _ suffix: String, absolute: Double = 1e-6) throws {
      expectClose(
        try #require(actual), try golden.tensor(suffix), relative: 1e-5, absolute: absolute,
        "\(golden.name)/\(suffix)")
    }
    for name in ["output"] + stateNames {
      try expectGolden(results[name], name, absolute: 1e-6)
    }
    try expectGolden(loss.reshaped([1]), "loss", absolute: 1e-5)
    for (name, value) in gradient.stack.parameters { try expectGolden(value, "gradient/\(name)") }
    try expectGolden(gradient.input, "gradient/input")
    try expectGolden(gradient.state.hidden.joined(), "gradient/h_0")
    if configuration.cell == .lstm {
      try expectGolden(gradient.state.cell.joined(), "gradient/c_0")
    }
  }
}

/// Layers with what they are called with, so that all of it gets a gradient.
private struct Recorded: Module {
  var stack: RecurrentStack
  var input: Tensor
  var state: RecurrentState

  mutating func forEachParameter(_ visit: (String, inout Tensor) -> Void) {
    stack.forEachParameter(visit)
    visit("input", &input)
    for index in state.hidden.indices {
      visit("h_0[\(index)]", &state.hidden[index])
      visit("c_0[\(index)]", &state.cell[index])
    }
  }
}

extension Tensor {
  /// `[L, …]` as L tensors `[…]`.
  fileprivate func separated() -> [Tensor] {
    (0..<shape[0]).map { sliced($0..<$0 + 1, axis: 0).reshaped(Shape(shape.dropFirst())) }
  }
}

extension [Tensor] {
  /// L tensors `[…]` as one `[L, …]`.
  fileprivate func joined() -> Tensor {
    concatenate(map { $0.reshaped(Shape([1] + $0.shape)) }, axis: 0)
  }
}

extension RecurrentStack.Configuration {
  /// Reads the settings of a golden case.
  init(golden settings: JSON.Field) throws {
    let cells: [String: RecurrentCell] = [
      "rnn-tanh": .rnnTanh, "rnn-relu": .rnnReLU, "lstm": .lstm, "lstm-projection": .lstm,
      "gru": .gru,
    ]
    self.init(
      cell: try #require(cells[try settings["cell"].string()]),
      inputSize: try settings["inputSize"].integer(),
      hiddenSize: try settings["hiddenSize"].integer(),
      layerCount: try settings["layers"].integer(), hasBias: try settings["bias"].boolean(),
      isBidirectional: try settings["bidirectional"].boolean(),
      projectionSize: try settings["projectionSize"].integer())
  }
}
