import SwiftProtobuf
import UnrollTensor

#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

extension ONNXGraph {
  /// The size of an axis: known, or named and decided by who runs the graph.
  enum Axis {
    case size(Int)
    case named(String)
  }

  /// Appends an operation that reads the values `inputs` and names its results `outputs`.
  ///
  /// The order of nodes is the order of computation.
  mutating func append(
    _ operation: String, _ inputs: [String], to outputs: [String],
    attributes: [ONNXAttribute] = []
  ) {
    var node = ONNXNode()
    node.name = outputs.first { !$0.isEmpty } ?? operation
    node.opType = operation
    node.input = inputs
    node.output = outputs
    node.attribute = attributes
    self.node.append(node)
  }

  /// Adds a constant made of tensors one behind the other, the equal parts of each in the order `parts`.
  mutating func addConstant(
    _ name: String, shape: [Int], _ tensors: [Tensor], parts: [Int] = [0]
  ) {
    var bytes = Data(capacity: tensors.reduce(0) { $0 + $1.count } * MemoryLayout<Float>.size)
    for tensor in tensors {
      tensor.withUnsafeElements { elements in
        let size = elements.count / parts.count
        for part in parts {
          bytes.append(UnsafeBufferPointer(rebasing: elements[part * size..<(part + 1) * size]))
        }
      }
    }
    addConstant(name, shape: shape, .float, bytes)
  }

  /// Adds a constant row of integers.
  mutating func addConstant(_ name: String, _ values: [Int64]) {
    addConstant(name, shape: [values.count], .int64, values.withUnsafeBytes { Data($0) })
  }

  /// Adds a constant whole number.
  mutating func addConstant(_ name: String, shape: [Int], _ value: Int64) {
    addConstant(name, shape: shape, .int64, withUnsafeBytes(of: value) { Data($0) })
  }

  private mutating func addConstant(
    _ name: String, shape: [Int], _ type: ONNXElementType, _ bytes: Data
  ) {
    var tensor = ONNXTensor()
    tensor.name = name
    tensor.dims = shape.map(Int64.init)
    tensor.dataType = type
    tensor.rawData = bytes
    initializer.append(tensor)
  }
}

extension ONNXAttribute {
  /// A whole number.
  init(_ name: String, _ value: Int) {
    self.init()
    self.name = name
    type = .int
    i = Int64(value)
  }

  /// A type of elements.
  init(_ name: String, elementType: ONNXElementType) { self.init(name, elementType.rawValue) }

  /// A text.
  init(_ name: String, _ value: String) {
    self.init()
    self.name = name
    type = .string
    s = Data(value.utf8)
  }

  /// A list of whole numbers.
  init(_ name: String, _ values: [Int]) {
    self.init()
    self.name = name
    type = .ints
    ints = values.map(Int64.init)
  }

  /// A list of texts.
  init(_ name: String, _ values: [String]) {
    self.init()
    self.name = name
    type = .strings
    strings = values.map { Data($0.utf8) }
  }
}

extension ONNXValue {
  /// What goes into a graph or comes out of it.
  init(_ name: String, _ type: ONNXElementType, _ axes: [ONNXGraph.Axis]) {
    self.init()
    self.name = name
    self.type.tensorType.elemType = type
    self.type.tensorType.shape.dim = axes.map { axis in
      var dimension = ONNXShape.Dimension()
      switch axis {
      case .size(let size): dimension.dimValue = Int64(size)
      case .named(let name): dimension.dimParam = name
      }
      return dimension
    }
  }
}
