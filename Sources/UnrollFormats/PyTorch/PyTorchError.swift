/// A file of `torch.save` breaks a rule of its format, holds what is not read here, or lacks what
/// was asked of it.
public struct PyTorchError: Error, Hashable, Sendable, CustomStringConvertible {
  /// What is wrong.
  public enum Code: Hashable, Sendable {
    /// The file is no zip archive, or not one that `torch.save` writes.
    case notAnArchive
    /// The file is of PyTorch before version 1.6.
    case legacyFormat
    /// The file is a TorchScript program.
    case torchScript
    /// The zip archive is cut off, or its parts contradict each other.
    case damagedArchive
    /// An entry is compressed or encrypted.
    case compressedEntry
    /// The bytes of an entry are not those that were written.
    case checksumMismatch
    /// The elements are stored with their highest byte first.
    case bigEndian
    /// What would have to be run for it: a class or a function that is not among the few of a
    /// `state_dict`.
    case forbiddenGlobal
    /// The pickle has an instruction that no `state_dict` needs.
    case unknownInstruction
    /// The pickle is cut off, or its instructions do not fit together.
    case damagedPickle
    /// The pickle is larger or deeper than any `state_dict`.
    case limitExceeded
    /// The bytes of a storage are missing, or more or fewer than it says.
    case storageMismatch
    /// A tensor reaches outside its storage, or repeats it.
    case invalidTensor
    /// A name occurs twice.
    case duplicateName
    /// There are no named tensors, or several sets of them.
    case noStateDictionary
    /// The elements are not of the kind that was asked for.
    case wrongElementType
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

  init(_ code: Code, in source: String, _ reason: String) {
    self.init(code, "'\(source)' \(reason)")
  }
}
