/// A text, a file or a vocabulary that cannot be used, with what to do about it.
public struct TextError: Error, Hashable, Sendable, CustomStringConvertible {
  /// The class of the failure.
  public let code: Code

  /// One sentence that names the place and the remedy.
  public let message: String

  /// The message.
  public var description: String { message }

  /// Creates an error of a class with its sentence.
  public init(_ code: Code, _ message: String) {
    self.code = code
    self.message = message
  }

  /// What went wrong, as a class that a program can act on.
  public struct Code: Hashable, Sendable, CustomStringConvertible {
    /// The name of the class, as written in Swift.
    public let description: String

    /// The exit status of a command that fails for this reason (`sysexits.h`).
    public let exitStatus: Int32

    /// A place that holds no text at all.
    public static let missingInput = Code(description: "missingInput", exitStatus: 66)

    /// Bytes that are not UTF-8.
    public static let invalidUTF8 = Code(description: "invalidUTF8", exitStatus: 65)

    /// A piece of text that the vocabulary does not have.
    public static let unknownEntry = Code(description: "unknownEntry", exitStatus: 65)

    /// A stretch of text that would have to be in memory as a whole, and is too large for that.
    public static let tooLong = Code(description: "tooLong", exitStatus: 65)

    /// Tokens in a file that are not those that were written.
    public static let damaged = Code(description: "damaged", exitStatus: 65)

    /// Fewer tokens or documents than the asked for batches need.
    public static let tooSmall = Code(description: "tooSmall", exitStatus: 65)

    /// A tokenizer, vocabulary or split described by values that contradict each other.
    public static let invalidDescription = Code(
      description: "invalidDescription", exitStatus: 65)
  }
}
