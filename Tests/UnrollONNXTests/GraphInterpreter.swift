import Foundation
import UnrollONNX
import UnrollTestSupport

/// Computes an ONNX graph in double precision, node by node, from the words of the operators' specification.
///
/// It knows the operators that exported models use, with the attributes that they have; anything else is an error.
struct GraphInterpreter {
  /// What the interpreter does not know, or a graph that does not fit together.
  struct Failure: Error, CustomStringConvertible {
    let description: String
  }

  private let graph: ONNXGraph
  private var values: [String: DoubleTensor] = [:]

  init(_ graph: ONNXGraph) throws {
    self.graph = graph
    for tensor in graph.initializer {
      let shape = tensor.dims.map(Int.init)
      let elements: [Double] =
        switch tensor.dataType {
        case .float: tensor.rawData.elements(as: Float.self).map(Double.init)
        case .int64: tensor.rawData.elements(as: Int64.self).map(Double.init)
        case .undefined: throw Failure(description: "\(tensor.name) has no type")
        }
      guard elements.count == shape.reduce(1, *) else {
        throw Failure(description: "\(tensor.name) has \(elements.count) elements for \(shape)")
      }
      values[tensor.name] = DoubleTensor(elements, shape: shape)
    }
  }

  /// The outputs for given inputs.
  func run(_ inputs: [String: DoubleTensor]) throws -> [String: DoubleTensor] {
    guard Set(inputs.keys) == Set(graph.input.map(\.name)) else {
      throw Failure(description: "The graph has the inputs \(graph.input.map(\.name))")
    }
    var interpreter = self
    interpreter.values.merge(inputs) { $1 }
    for node in graph.node { try interpreter.run(node) }
    let names = graph.output.map(\.name)
    return Dictionary(
      uniqueKeysWithValues: try names.map { ($0, try interpreter.value($0)) })
  }

  private func value(_ name: String) throws -> DoubleTensor {
    guard let value = values[name] else { throw Failure(description: "There is no value \(name)") }
    return value
  }

  private mutating func run(_ node: ONNXNode) throws {
    let inputs = try node.input.map { $0.isEmpty ? nil : try value($0) }
    func input(_ index: Int) throws -> DoubleTensor {
      guard index < inputs.count, let value = inputs[index] else {
        throw Failure(description: "\(node.opType) lacks its input \(index)")
      }
      return value
    }
    var attributes = Attributes(node)
    let results: [DoubleTensor]
    switch node.opType {
    case "Gather": results = [try gather(try input(0), try input(1))]
    case "OneHot": results = [try oneHot(try input(0), try input(1), try input(2))]
    case "Split":
      try attributes.require(axis: 0)
      results = split(try input(0), count: node.output.count)
    case "Concat":
      try attributes.require(axis: 0)
      results = [concatenate(try inputs.indices.map(input))]
    case "Squeeze":
      let axis = Int(try input(1).elements[0])
      var shape = try input(0).shape
      guard shape.remove(at: axis) == 1 else { throw Failure(description: "Squeeze of \(shape)") }
      results = [DoubleTensor(try input(0).elements, shape: shape)]
    case "Transpose":
      guard try attributes.take("perm").ints == [1, 0] else {
        throw Failure(description: "Another permutation than that of a matrix")
      }
      results = [SlowReference.transposed(try input(0), 0, 1)]
    case "MatMul": results = [SlowReference.matmul(try input(0), try input(1))]
    case "Add": results = [SlowReference.combine(try input(0), try input(1), +)]
    case "RNN", "LSTM", "GRU":
      results = try RecurrentNode(node.opType, inputs, &attributes).run()
    default: throw Failure(description: "The interpreter has no \(node.opType)")
    }
    try attributes.finish()
    guard results.count == node.output.count else {
      throw Failure(description: "\(node.opType) has \(results.count) results")
    }
    for (name, result) in zip(node.output, results) {
      guard values.updateValue(result, forKey: name) == nil else {
        throw Failure(description: "The value \(name) is computed twice")
      }
    }
  }

  private func gather(_ table: DoubleTensor, _ indices: DoubleTensor) throws -> DoubleTensor {
    let width = table.shape[1]
    let elements = indices.elements.flatMap { index in
      table.elements[Int(index) * width..<(Int(index) + 1) * width]
    }
    return DoubleTensor(elements, shape: indices.shape + [width])
  }

  private func oneHot(
    _ indices: DoubleTensor, _ depth: DoubleTensor, _ values: DoubleTensor
  ) throws -> DoubleTensor {
    let depth = Int(depth.elements[0])
    let elements = indices.elements.flatMap { index in
      (0..<depth).map { values.elements[$0 == Int(index) ? 1 : 0] }
    }
    return DoubleTensor(elements, shape: indices.shape + [depth])
  }

  private func split(_ x: DoubleTensor, count: Int) -> [DoubleTensor] {
    let size = x.elements.count / count
    return (0..<count).map {
      DoubleTensor(
        Array(x.elements[$0 * size..<($0 + 1) * size]), shape: [x.shape[0] / count] + x.shape[1...])
    }
  }

  private func concatenate(_ parts: [DoubleTensor]) -> DoubleTensor {
    DoubleTensor(
      parts.flatMap(\.elements),
      shape: [parts.reduce(0) { $0 + $1.shape[0] }] + parts[0].shape[1...])
  }
}

/// The attributes of a node that nobody has looked at yet: none may be left over.
struct Attributes {
  private let operation: String
  private var rest: [String: ONNXAttribute]

  init(_ node: ONNXNode) {
    operation = node.opType
    rest = Dictionary(uniqueKeysWithValues: node.attribute.map { ($0.name, $0) })
  }

  mutating func takeIfPresent(_ name: String) -> ONNXAttribute? { rest.removeValue(forKey: name) }

  mutating func take(_ name: String) throws -> ONNXAttribute {
    guard let attribute = takeIfPresent(name) else {
      throw GraphInterpreter.Failure(description: "\(operation) lacks \(name)")
    }
    return attribute
  }

  mutating func require(axis: Int64) throws {
    let attribute = try take("axis")
    guard attribute.type == .int, attribute.hasI, attribute.i == axis else {
      throw GraphInterpreter.Failure(description: "\(operation) has another axis than \(axis)")
    }
  }

  func finish() throws {
    guard rest.isEmpty else {
      throw GraphInterpreter.Failure(description: "\(operation) has \(rest.keys.sorted())")
    }
  }
}

extension Data {
  fileprivate func elements<Element: BitwiseCopyable>(as type: Element.Type) -> [Element] {
    withUnsafeBytes { bytes in
      stride(from: 0, to: bytes.count, by: MemoryLayout<Element>.size).map {
        bytes.loadUnaligned(fromByteOffset: $0, as: type)
      }
    }
  }
}
