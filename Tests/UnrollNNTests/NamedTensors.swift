import UnrollNN
import UnrollTensor

/// Tensors with names as a module: all that an optimizer, clipping or a gradient asks of a model.
struct NamedTensors: Module, ExpressibleByDictionaryLiteral {
  private var names: [String]
  private var values: [Tensor]

  init(dictionaryLiteral elements: (String, Tensor)...) {
    names = elements.map(\.0)
    values = elements.map(\.1)
  }

  init(_ names: [String], _ value: (String) throws -> Tensor) rethrows {
    self.names = names
    values = try names.map(value)
  }

  subscript(name: String) -> Tensor {
    guard let index = names.firstIndex(of: name) else {
      preconditionFailure("There is no \(name) among \(names)")
    }
    return values[index]
  }

  mutating func forEachParameter(_ visit: (String, inout Tensor) -> Void) {
    for index in names.indices { visit(names[index], &values[index]) }
  }
}
