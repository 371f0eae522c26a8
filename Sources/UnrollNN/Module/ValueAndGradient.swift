public import UnrollTensor

/// Calls `body` with a copy of the model on which operations are recorded; returns its result, a scalar, and the gradient
/// of that with respect to every parameter, as a value of the model's own type.
///
/// A parameter that the result does not depend on has the gradient zero. What the gradient holds besides parameters is a copy of
/// what the model holds. A tensor that the closure leaves behind, such as a recurrent state, is a constant in later calls.
///
/// These end the program with a sentence: a result that depends on no parameter of the closure's argument, as when the closure
/// uses a model from outside; a model whose parameters a call around this one records; computing on tensors of both calls
/// without `detached()`; recording on a second thread; a model with two parameters of one name, or with a part that
/// `forEachParameter` forgets.
public func valueAndGradient<Model: Module>(
  of model: Model, _ body: (Model) throws -> Tensor
) rethrows -> (value: Tensor, gradient: Model) {
  try valueAndGradient(of: model, scaledBy: 1, body)
}

/// The same, with the gradient of the result times a factor. Operations know the factor before the gradients are computed.
///
/// - Parameter constants: the names of parameters on which nothing is recorded; their gradients are zero.
package func valueAndGradient<Model: Module>(
  of model: Model, scaledBy factor: Float, constants: Set<String> = [],
  _ body: (Model) throws -> Tensor
) rethrows -> (value: Tensor, gradient: Model) {
  model.requireWholeVisits()
  let tape = Tape(seed: factor)
  defer { tape.close() }
  var recorded = model
  var indices: [String: Int] = [:]
  recorded.forEachParameter { name, parameter in
    guard !constants.contains(name) else { return }
    indices[name] = tape.nodeCount
    parameter = tape.variable(parameter)
  }
  let value = try body(recorded)
  guard tape.holds(value) || indices.isEmpty else {
    fatalError(
      "valueAndGradient: the result does not depend on the model that the closure is given; a model from outside, or a detached() result, has no gradient"
    )
  }
  let gradients = tape.gradients(of: value)
  var gradient = model
  gradient.forEachParameter { name, parameter in
    parameter = indices[name].flatMap { gradients[$0] } ?? Tensor(zeros: parameter.shape)
  }
  return (value.detached(), gradient)
}

/// Calls `body` with a copy of a tensor on which operations are recorded; returns its result, a scalar, and the gradient of that
/// with respect to the tensor.
public func valueAndGradient(
  at x: Tensor, _ body: (Tensor) throws -> Tensor
) rethrows -> (value: Tensor, gradient: Tensor) {
  let (value, gradient) = try valueAndGradient(of: Point(x: x)) { try body($0.x) }
  return (value, gradient.x)
}

/// A tensor as a model.
private struct Point: Module {
  var x: Tensor

  mutating func forEachParameter(_ visit: (String, inout Tensor) -> Void) { visit("x", &x) }
}
