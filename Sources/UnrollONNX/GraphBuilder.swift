import SwiftProtobuf
import UnrollNN
import UnrollTensor

/// Makes a graph of ONNX operators of version 17 from the layers of a model, whose parameters it knows by their names.
struct GraphBuilder {
  private(set) var graph = ONNXGraph()
  private let parameters: [String: Tensor]

  init(_ name: String, of model: some Module) {
    parameters = Dictionary(uniqueKeysWithValues: model.parameters.map { ($0.name, $0.value) })
    graph.name = name
  }

  /// What goes in and comes out.
  mutating func declare(inputs: [ONNXValue], outputs: [ONNXValue]) {
    graph.input = inputs
    graph.output = outputs
  }

  /// Appends an operation with one result, which has its name.
  @discardableResult
  mutating func append(
    _ operation: String, _ inputs: [String], to output: String, _ attributes: ONNXAttribute...
  ) -> String {
    graph.append(operation, inputs, to: [output], attributes: attributes)
    return output
  }

  /// Appends an operation with several results.
  mutating func append(
    _ operation: String, _ inputs: [String], to outputs: [String], _ attributes: ONNXAttribute...
  ) {
    graph.append(operation, inputs, to: outputs, attributes: attributes)
  }

  /// A constant row of whole numbers, which is stored once; gives its name.
  mutating func constant(_ name: String, _ values: [Int]) -> String {
    if !has(name) { graph.addConstant(name, values.map { Int64($0) }) }
    return name
  }

  private func has(_ constant: String) -> Bool {
    graph.initializer.contains { $0.name == constant }
  }

  /// The number of an axis, as the operators take it.
  mutating func axis(_ number: Int) -> String { constant("axis-\(number)", [number]) }

  /// Adds a number; gives its name.
  mutating func constant(_ name: String, _ value: Float) -> String {
    graph.addConstant(name, shape: [], [Tensor(value)])
    return name
  }

  /// A value in another shape, in which 0 stands for the size that the axis has.
  mutating func reshape(_ value: String, _ sizes: [Int], to name: String) -> String {
    append("Reshape", [value, constant("\(name)/sizes", sizes)], to: name)
  }

  /// Tokens to vectors, `[…]` to `[…, E]`: rows of `PREFIX.weight`.
  mutating func embedding(_ tokens: String, _ prefix: String, to name: String) -> String {
    addParameter("\(prefix).weight")
    return append("Gather", ["\(prefix).weight", tokens], to: name)
  }

  /// Tokens to one-hot vectors. They are written out: multiplying the weights by zeros and a one is exact. The operators have
  /// no other way to take a row of their weights: given the row itself, they would multiply it by an identity of G·H rows.
  mutating func oneHot(_ tokens: String, size: Int, to name: String) -> String {
    graph.addConstant("\(name)/zero-and-one", shape: [2], [Tensor([0, 1], shape: [2])])
    return append(
      "OneHot", [tokens, constant("\(name)/size", [size]), "\(name)/zero-and-one"], to: name)
  }

  /// x Wᵀ + b, with the parameters `PREFIX.weight` and, if there is one, `PREFIX.bias`.
  ///
  /// - Parameter weight: the name of W where it is another one.
  mutating func linear(
    _ x: String, _ prefix: String, weight: String? = nil, to name: String
  ) -> String {
    let weight = weight ?? "\(prefix).weight"
    addParameter(weight)
    let transposed = append(
      "Transpose", [weight], to: "\(prefix)/transposed", ONNXAttribute("perm", [1, 0]))
    guard parameters["\(prefix).bias"] != nil else {
      return append("MatMul", [x, transposed], to: name)
    }
    addParameter("\(prefix).bias")
    let products = append("MatMul", [x, transposed], to: "\(prefix)/products")
    return append("Add", [products, "\(prefix).bias"], to: name)
  }

  /// A recurrent layer over `[T, N, D]`, in one direction or in both.
  ///
  /// - Parameters:
  ///   - prefix: of the names of its parameters.
  ///   - lengths: the value with the steps of each row; empty if all rows take part in all steps.
  ///   - states: the values that the rows go on from, `[directions, N, H]`; none for zeros.
  ///   - finals: what their values after the last step are called.
  /// - Returns: the output `[T, N, H]`, or of both directions side by side.
  mutating func recurrent(
    _ cell: RecurrentCell, units: Int, isBidirectional: Bool = false, reading input: String,
    _ prefix: String, layer: Int, lengths: String = "", states: [String] = [],
    finals: [String]
  ) -> String {
    let suffixes = ["l\(layer)"] + (isBidirectional ? ["l\(layer)_reverse"] : [])
    let gates = cell.onnxGateOrder
    for kind in ["weight_ih", "weight_hh"] {
      let weights = suffixes.map { parameter("\(prefix).\(kind)_\($0)") }
      graph.addConstant(
        "\(prefix).\(kind)_l\(layer)", shape: [suffixes.count] + Array(weights[0].shape), weights,
        parts: gates)
    }
    let biases = suffixes.flatMap { suffix in
      ["ih", "hh"].map { parameter("\(prefix).bias_\($0)_\(suffix)") }
    }
    let bias = "\(prefix).bias_l\(layer)"
    graph.addConstant(
      bias, shape: [suffixes.count, 2 * biases[0].count], biases, parts: gates)
    let directions = "\(prefix)/\(layer)/directions"
    graph.append(
      cell.onnxOperator,
      [input, "\(prefix).weight_ih_l\(layer)", "\(prefix).weight_hh_l\(layer)", bias, lengths]
        + states,
      to: [directions] + finals,
      attributes: [ONNXAttribute("hidden_size", units)]
        + (isBidirectional ? [ONNXAttribute("direction", "bidirectional")] : [])
        + cell.onnxAttributes(directionCount: suffixes.count))
    let output = "\(prefix)/\(layer)"
    guard isBidirectional else {
      return append("Squeeze", [directions, axis(1)], to: output)
    }
    let byStep = append(
      "Transpose", [directions], to: "\(output)/by-step", ONNXAttribute("perm", [0, 2, 1, 3]))
    return reshape(byStep, [0, 0, 2 * units], to: output)
  }

  /// `[T, N, 1]`, true for the steps that rows have.
  ///
  /// - Parameters:
  ///   - table: a value `[T, N, …]`.
  ///   - lengths: the value `[N]` with the steps of each row.
  mutating func mask(of table: String, lengths: String) -> String {
    let shape = append("Shape", [table], to: "mask/shape")
    let steps = append(
      "Gather", [shape, axis(0)], to: "mask/steps")
    let count = append("Squeeze", [steps, axis(0)], to: "mask/count")
    graph.addConstant("mask/zero", shape: [], Int64(0))
    graph.addConstant("mask/one", shape: [], Int64(1))
    let numbers = append("Range", ["mask/zero", count, "mask/one"], to: "mask/numbers")
    let column = append("Unsqueeze", [numbers, axis(1)], to: "mask/column")
    let wide = append(
      "Cast", [lengths], to: "mask/lengths", ONNXAttribute("to", elementType: .int64))
    let within = append("Less", [column, wide], to: "mask/within")
    return append("Unsqueeze", [within, axis(2)], to: "mask")
  }

  // MARK: Parameters

  private func parameter(_ name: String) -> Tensor {
    guard let parameter = parameters[name] else {
      fatalError("A model without the parameter \(name), which its graph needs")
    }
    return parameter
  }

  private mutating func addParameter(_ name: String) {
    let parameter = parameter(name)
    if !has(name) { graph.addConstant(name, shape: Array(parameter.shape), [parameter]) }
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

  fileprivate func onnxAttributes(directionCount: Int) -> [ONNXAttribute] {
    func activations(_ name: String) -> [ONNXAttribute] {
      [ONNXAttribute("activations", Array(repeating: name, count: directionCount))]
    }
    switch self {
    case .rnnTanh: return activations("Tanh")
    case .rnnReLU: return activations("Relu")
    case .lstm: return []
    // The reset is applied to the product with the recurrent weights and its bias, as in PyTorch.
    case .gru: return [ONNXAttribute("linear_before_reset", 1)]
    }
  }
}
