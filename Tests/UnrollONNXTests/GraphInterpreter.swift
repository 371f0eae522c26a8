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
        case .int32: throw Failure(description: "\(tensor.name) is a constant of 32 bits")
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
      results = [
        SlowReference.concatenate(
          try inputs.indices.map(input), axis: Int(try attributes.take("axis").i))
      ]
    case "Squeeze":
      let axis = Int(try input(1).elements[0])
      var shape = try input(0).shape
      guard shape.remove(at: axis) == 1 else { throw Failure(description: "Squeeze of \(shape)") }
      results = [DoubleTensor(try input(0).elements, shape: shape)]
    case "Transpose":
      results = [permuted(try input(0), try attributes.take("perm").ints.map { Int($0) })]
    case "MatMul": results = [SlowReference.matmul(try input(0), try input(1))]
    case "Add": results = [SlowReference.combine(try input(0), try input(1), +)]
    case "Mul": results = [SlowReference.combine(try input(0), try input(1), *)]
    case "Div": results = [SlowReference.combine(try input(0), try input(1), /)]
    case "Less":
      results = [SlowReference.combine(try input(0), try input(1)) { $0 < $1 ? 1 : 0 }]
    case "Where":
      // Either value may be infinite, so that they cannot be weighted.
      let chosen = SlowReference.combine(try input(0), try input(1)) { $0 == 1 ? $1 : .nan }
      results = [SlowReference.combine(chosen, try input(2)) { $0.isNaN ? $1 : $0 }]
    case "Tanh": results = [try input(0).map(SlowReference.tanh)]
    case "Cast":
      _ = try attributes.take("to")
      results = [try input(0)]
    case "Shape":
      let shape = try input(0).shape
      results = [DoubleTensor(shape.map { Double($0) }, shape: [shape.count])]
    case "Range":
      let (start, end) = (try input(0).elements[0], try input(1).elements[0])
      let numbers = Array(stride(from: start, to: end, by: try input(2).elements[0]))
      results = [DoubleTensor(numbers, shape: [numbers.count])]
    case "Unsqueeze":
      var shape = try input(0).shape
      shape.insert(1, at: Int(try input(1).elements[0]))
      results = [DoubleTensor(try input(0).elements, shape: shape)]
    case "Reshape":
      let x = try input(0)
      let sizes = try input(1).elements.enumerated().map { axis, size in
        size == 0 ? x.shape[axis] : Int(size)
      }
      guard sizes.reduce(1, *) == x.elements.count else {
        throw Failure(description: "Reshape of \(x.shape) to \(sizes)")
      }
      results = [DoubleTensor(x.elements, shape: sizes)]
    case "ReduceSum":
      guard try attributes.take("keepdims").i == 0 else {
        throw Failure(description: "ReduceSum that keeps its axis")
      }
      results = [SlowReference.sum(try input(0), axis: Int(try input(1).elements[0]))]
    case "ReduceMax":
      guard try attributes.take("keepdims").i == 0, try attributes.take("axes").ints == [0] else {
        throw Failure(description: "ReduceMax of other axes")
      }
      let x = try input(0)
      let size = x.elements.count / x.shape[0]
      results = [
        DoubleTensor(
          (0..<size).map { place in
            stride(from: place, to: x.elements.count, by: size)
              .reduce(-.infinity) { max($0, x.elements[$1]) }
          }, shape: Array(x.shape[1...]))
      ]
    case "Softmax":
      try attributes.require(axis: 0)
      let x = try input(0)
      let last = x.shape.count - 1
      results = [
        SlowReference.transposed(
          SlowReference.softmax(SlowReference.transposed(x, 0, last)), 0, last)
      ]
    case "RNN", "LSTM", "GRU":
      results = try RecurrentNode.run(
        node.opType, inputs, outputCount: node.output.count, &attributes)
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
    let width = table.shape[1...].reduce(1, *)
    let elements = indices.elements.flatMap { index in
      table.elements[Int(index) * width..<(Int(index) + 1) * width]
    }
    return DoubleTensor(elements, shape: indices.shape + table.shape[1...])
  }

  private func permuted(_ x: DoubleTensor, _ axes: [Int]) -> DoubleTensor {
    let shape = axes.map { x.shape[$0] }
    var elements: [Double] = []
    for place in 0..<x.elements.count {
      var (rest, source) = (place, 0)
      for (position, axis) in axes.enumerated().reversed() {
        source += rest % shape[position] * x.shape[(axis + 1)...].reduce(1, *)
        rest /= shape[position]
      }
      elements.append(x.elements[source])
    }
    return DoubleTensor(elements, shape: shape)
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
