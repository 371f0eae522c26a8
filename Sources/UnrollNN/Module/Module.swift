public import UnrollTensor

/// A value with parameters: a layer or a model.
///
/// Every tensor and every module that is stored in it is visited by `forEachParameter`, or is marked `@Frozen`: the first
/// gradient of a type is refused otherwise.
public protocol Module: Sendable {
  /// Calls `visit` with each parameter and its name in PyTorch's `state_dict`, always in the same order.
  ///
  /// No two parameters have the same name.
  mutating func forEachParameter(_ visit: (_ name: String, _ parameter: inout Tensor) -> Void)
}

extension Module {
  /// Calls `visit` with each parameter, its name behind `prefix` and a dot.
  public mutating func forEachParameter(
    under prefix: String, _ visit: (_ name: String, _ parameter: inout Tensor) -> Void
  ) {
    forEachParameter { visit("\(prefix).\($0)", &$1) }
  }

  /// Calls `visit` with each parameter and its name until it throws: as `forEachParameter`, for what can fail.
  ///
  /// - Throws: what `visit` throws. The parameters behind the one it threw at are not visited, those in front stay changed.
  public mutating func updateParameters<Failure: Error>(
    _ visit: (_ name: String, _ parameter: inout Tensor) throws(Failure) -> Void
  ) throws(Failure) {
    var failure: Failure?
    forEachParameter { name, parameter in
      guard failure == nil else { return }
      do throws(Failure) { try visit(name, &parameter) } catch { failure = error }
    }
    if let failure { throw failure }
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
