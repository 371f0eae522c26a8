public import UnrollTensor

/// A value with parameters: a layer or a model.
public protocol Module: Sendable {
  /// Calls `visit` with each parameter and its name in PyTorch's `state_dict`, always in the same order.
  mutating func forEachParameter(_ visit: (_ name: String, _ parameter: inout Tensor) -> Void)
}

extension Module {
  /// Calls `visit` with each parameter, its name behind `prefix` and a dot.
  public mutating func forEachParameter(
    under prefix: String, _ visit: (_ name: String, _ parameter: inout Tensor) -> Void
  ) {
    forEachParameter { visit("\(prefix).\($0)", &$1) }
  }

  /// All parameters with their names, in order.
  public var parameters: [(name: String, value: Tensor)] {
    var copy = self
    var all: [(name: String, value: Tensor)] = []
    copy.forEachParameter { all.append(($0, $1)) }
    return all
  }

  /// The number of trainable numbers.
  public var parameterCount: Int { parameters.reduce(0) { $0 + $1.value.count } }
}

/// Calls `body` with a copy of the model on which operations are recorded; returns its result, a scalar, and the gradient
/// of that with respect to every parameter, as a value of the model's own type.
///
/// A parameter that the result does not depend on has the gradient zero.
public func valueAndGradient<Model: Module>(
  of model: Model, _ body: (Model) throws -> Tensor
) rethrows -> (value: Tensor, gradient: Model) {
  let tape = Tape()
  defer { tape.removeAll() }
  var recorded = model
  var indices: [Int] = []
  recorded.forEachParameter { _, parameter in
    indices.append(tape.nodeCount)
    parameter = tape.variable(parameter)
  }
  let value = try body(recorded)
  let gradients = tape.gradients(of: value)
  var gradient = model
  var next = 0
  gradient.forEachParameter { _, parameter in
    parameter = gradients[indices[next]] ?? Tensor(zeros: parameter.shape)
    next += 1
  }
  return (value.detached(), gradient)
}
