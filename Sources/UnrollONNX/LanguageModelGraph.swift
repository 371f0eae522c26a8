import SwiftProtobuf
import UnrollModels
import UnrollNN
import UnrollTensor
import UnrollText

/// A language model as a graph of ONNX operators of version 17.
///
///     tokens [T, N] → Gather or OneHot → RNN, LSTM or GRU, one for each layer → MatMul, Add → logits [T, N, V]
///
/// The states of all layers are one input and one output, `[L, N, H]`, so that a text can be read and written token by token.
struct LanguageModelGraph {
  private let configuration: LanguageModel.Configuration
  private let vocabularySize: Int
  private let parameters: [String: Tensor]
  private(set) var graph = ONNXGraph()

  init(_ model: LanguageModel) {
    configuration = model.configuration
    vocabularySize = model.tokenizer.vocabulary.count
    parameters = Dictionary(uniqueKeysWithValues: model.parameters.map { ($0.name, $0.value) })
    graph.name = "language-model"
    graph.addConstant("direction-axis", [1])
    declareValues()
    var output = appendInput()
    splitStates()
    for layer in 0..<configuration.layerCount { output = appendLayer(layer, reading: output) }
    joinStates()
    appendOutput(of: output)
  }

  private var states: [String] { configuration.cell == .lstm ? ["hidden", "cell"] : ["hidden"] }

  /// The names of a state of each layer, `[1, N, H]`.
  private func names(ofLayers state: String) -> [String] {
    let count = configuration.layerCount
    return count == 1 ? [state] : (0..<count).map { "\(state)/\($0)" }
  }

  private mutating func declareValues() {
    let (time, batch) = (ONNXGraph.Axis.named("time"), ONNXGraph.Axis.named("batch"))
    let state = [.size(configuration.layerCount), batch, .size(configuration.hiddenSize)]
    graph.input =
      [ONNXValue("tokens", .int64, [time, batch])] + states.map { ONNXValue($0, .float, state) }
    graph.output =
      [ONNXValue("logits", .float, [time, batch, .size(vocabularySize)])]
      + states.map { ONNXValue("next_\($0)", .float, state) }
  }

  /// Tokens to vectors. One-hot vectors are written out: multiplying the weights by zeros and a one is exact. The operators have
  /// no other way to take a row of their weights: given the row itself, they would multiply it by an identity of G·H rows.
  private mutating func appendInput() -> String {
    if configuration.embeddingSize > 0 {
      addParameter("embedding.weight")
      graph.append("Gather", ["embedding.weight", "tokens"], to: ["input"])
    } else {
      graph.addConstant("vocabulary-size", [Int64(vocabularySize)])
      graph.addConstant("zero-and-one", shape: [2], [Tensor([0, 1], shape: [2])])
      graph.append("OneHot", ["tokens", "vocabulary-size", "zero-and-one"], to: ["input"])
    }
    return "input"
  }

  private mutating func splitStates() {
    guard configuration.layerCount > 1 else { return }
    for state in states {
      graph.append(
        "Split", [state], to: names(ofLayers: state), attributes: [ONNXAttribute("axis", 0)])
    }
  }

  private mutating func joinStates() {
    guard configuration.layerCount > 1 else { return }
    for state in states.map({ "next_\($0)" }) {
      graph.append(
        "Concat", names(ofLayers: state), to: [state], attributes: [ONNXAttribute("axis", 0)])
    }
  }

  private mutating func appendLayer(_ layer: Int, reading input: String) -> String {
    let weights = ["rnn.weight_ih_l\(layer)", "rnn.weight_hh_l\(layer)"]
    let gates = configuration.cell.onnxGateOrder
    for name in weights {
      let weight = parameter(name)
      graph.addConstant(name, shape: [1] + Array(weight.shape), [weight], parts: gates)
    }
    let bias = "rnn.bias_l\(layer)"
    let biases = ["ih", "hh"].map { parameter("rnn.bias_\($0)_l\(layer)") }
    graph.addConstant(bias, shape: [1, 2 * biases[0].count], biases, parts: gates)
    let directions = "layer/\(layer)/directions"
    // The empty name stands for lengths of sequences, which are not given: all rows take part in all steps.
    graph.append(
      configuration.cell.onnxOperator,
      [input] + weights + [bias, ""] + states.map { names(ofLayers: $0)[layer] },
      to: [directions] + states.map { names(ofLayers: "next_\($0)")[layer] },
      attributes: [ONNXAttribute("hidden_size", configuration.hiddenSize)]
        + configuration.cell.onnxAttributes)
    graph.append("Squeeze", [directions, "direction-axis"], to: ["layer/\(layer)"])
    return "layer/\(layer)"
  }

  private mutating func appendOutput(of layer: String) {
    let weight = configuration.tiesWeights ? "embedding.weight" : "fc.weight"
    if !configuration.tiesWeights { addParameter(weight) }
    addParameter("fc.bias")
    graph.append(
      "Transpose", [weight], to: ["output-weight"], attributes: [ONNXAttribute("perm", [1, 0])])
    graph.append("MatMul", [layer, "output-weight"], to: ["products"])
    graph.append("Add", ["products", "fc.bias"], to: ["logits"])
  }

  // MARK: Parameters

  private func parameter(_ name: String) -> Tensor {
    guard let parameter = parameters[name] else {
      fatalError("A language model without \(name)")
    }
    return parameter
  }

  private mutating func addParameter(_ name: String) {
    let parameter = parameter(name)
    graph.addConstant(name, shape: Array(parameter.shape), [parameter])
  }
}

extension RecurrentCell {
  fileprivate var onnxOperator: String {
    switch self {
    case .rnnTanh, .rnnReLU: "RNN"
    case .lstm: "LSTM"
    case .gru: "GRU"
    }
  }

  /// Where ONNX's gates (LSTM: i, o, f, c; GRU: z, r, h) are among PyTorch's (i, f, g, o; r, z, n).
  fileprivate var onnxGateOrder: [Int] {
    switch self {
    case .rnnTanh, .rnnReLU: [0]
    case .lstm: [0, 3, 1, 2]
    case .gru: [1, 0, 2]
    }
  }

  fileprivate var onnxAttributes: [ONNXAttribute] {
    switch self {
    case .rnnTanh: [ONNXAttribute("activations", ["Tanh"])]
    case .rnnReLU: [ONNXAttribute("activations", ["Relu"])]
    case .lstm: []
    // The reset is applied to the product with the recurrent weights and its bias, as in PyTorch.
    case .gru: [ONNXAttribute("linear_before_reset", 1)]
    }
  }
}
