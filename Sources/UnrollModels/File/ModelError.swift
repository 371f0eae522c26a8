/// A model cannot be made, read or used as asked.
public struct ModelError: Error, Hashable, Sendable, CustomStringConvertible {
  /// What is wrong.
  public enum Code: Hashable, Sendable {
    /// Sizes out of range, or options that contradict each other.
    case invalidConfiguration
    /// A file that is no model, or not one of this version.
    case notAModel
    /// A model file of another kind, which is named, than the one that is needed.
    case otherKind(String)
    /// A model file whose parts do not fit together.
    case damaged
    /// The weights of a model that is not built as a language model is here.
    case notImportable
    /// Settings of generation out of range.
    case invalidSampling
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
