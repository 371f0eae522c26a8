/// A run cannot go on.
public struct TrainingError: Error, Hashable, Sendable, CustomStringConvertible {
  /// Why.
  public enum Code: Hashable, Sendable {
    /// Numbers stay beyond what a float can hold, whatever is tried.
    case diverged
  }

  /// Why.
  public let code: Code
  /// One sentence: what, where, and what to do.
  public let message: String

  /// The message.
  public var description: String { message }

  init(_ code: Code, _ message: String) {
    self.code = code
    self.message = message
  }
}
