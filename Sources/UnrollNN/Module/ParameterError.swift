/// The parameters of a module and a file do not fit each other.
public struct ParameterError: Error, Hashable, Sendable, CustomStringConvertible {
  /// What is wrong.
  public enum Code: Hashable, Sendable {
    /// Tensors are missing, left over, or of another shape.
    case mismatch
    /// A weight is infinite or not a number.
    case notFinite
    /// A weight is beyond the precision of the file.
    case notRepresentable
  }

  /// What is wrong.
  public let code: Code
  /// One sentence: what, where, and what to do.
  public let message: String

  /// The message.
  public var description: String { message }

  /// Creates an error with its sentence.
  public init(_ code: Code, _ message: String) {
    self.code = code
    self.message = message
  }
}
