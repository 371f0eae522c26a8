/// Marks a stored tensor or module of a model that is not trained: `forEachParameter` does not visit it, on purpose.
///
/// It is a constant for `valueAndGradient`; optimizers, checkpoints and files leave it alone.
///
/// ```swift
/// struct Tagger: Module {
///   @Frozen var embedding: Embedding
///   var output: Linear
///   mutating func forEachParameter(_ visit: (String, inout Tensor) -> Void) {
///     output.forEachParameter(under: "output", visit)
///   }
/// }
/// ```
@propertyWrapper
public struct Frozen<Value: Sendable>: Sendable {
  /// What is not trained.
  public var wrappedValue: Value

  /// Marks a value.
  public init(wrappedValue: Value) { self.wrappedValue = wrappedValue }
}

/// What the search for forgotten parts passes by.
protocol NotTrained {}
extension Frozen: NotTrained {}
