public import UnrollTensor

extension Tensor? {
  /// Visits a parameter that a module need not have, such as a bias, where there is one.
  public mutating func visit(
    _ name: String, _ visit: (_ name: String, _ parameter: inout Tensor) -> Void
  ) {
    guard var parameter = self else { return }
    self = nil
    visit(name, &parameter)
    self = parameter
  }
}
