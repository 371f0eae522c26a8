/// A checkpoint cannot be used as asked.
public struct CheckpointError: Error, Hashable, Sendable, CustomStringConvertible {
  /// What is wrong.
  public enum Code: Hashable, Sendable {
    /// A folder for a new run that is not empty.
    case occupied
    /// A folder without a checkpoint.
    case missing
    /// A checkpoint with a file that is missing, shortened or changed, or not of this format.
    case damaged
    /// A checkpoint of another model, plan or data.
    case mismatch
  }

  /// What is wrong.
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
