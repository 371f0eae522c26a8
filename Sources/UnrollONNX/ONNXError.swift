/// A model cannot be written in ONNX's format.
public struct ONNXError: Error, Hashable, Sendable, CustomStringConvertible {
  /// What is wrong.
  public enum Code: Hashable, Sendable {
    /// More bytes than the format's encoding can hold in one file.
    case tooLarge
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
