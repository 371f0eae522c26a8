/// A text, a file or a vocabulary that cannot be used, with what to do about it.
public struct TextError: Error, Hashable, Sendable, CustomStringConvertible {
  /// What went wrong, as a class that a program can act on.
  public enum Code: Hashable, Sendable, CaseIterable {
    /// A place that holds no text at all.
    case missingInput
    /// Bytes that are no UTF-8 text.
    case notText
    /// A piece of text that the vocabulary does not have.
    case unknownEntry
    /// A stretch of text that would have to be in memory as a whole, and is too large for that.
    case tooLong
    /// A file of examples that is not laid out as such files are.
    case malformed
    /// Tokens in a file that are not those that were written.
    case damaged
    /// Fewer tokens or documents than the asked for batches need.
    case tooSmall
    /// A tokenizer, vocabulary or split described by values that contradict each other.
    case invalidDescription
  }

  /// The class of the failure.
  public let code: Code

  /// One sentence that names the place and the remedy.
  public let message: String

  /// The message.
  public var description: String { message }

  /// Creates an error of a class with its sentence.
  package init(_ code: Code, _ message: String) {
    self.code = code
    self.message = message
  }
}
