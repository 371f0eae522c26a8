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

    /// A path that does not exist, or a place that holds no text at all.
    public static let missingInput = Code(description: "missingInput", exitStatus: 66)

    /// A file or directory that exists and cannot be read.
    public static let unreadable = Code(description: "unreadable", exitStatus: 74)

    /// Bytes that are not UTF-8.
    public static let invalidUTF8 = Code(description: "invalidUTF8", exitStatus: 65)

    /// A piece of text that the vocabulary does not have.
    public static let unknownEntry = Code(description: "unknownEntry", exitStatus: 65)

    /// Fewer tokens or documents than the asked for batches need.
    public static let tooSmall = Code(description: "tooSmall", exitStatus: 65)

    /// A tokenizer, vocabulary or split described by values that contradict each other.
    public static let invalidDescription = Code(
      description: "invalidDescription", exitStatus: 65)
  }
}
