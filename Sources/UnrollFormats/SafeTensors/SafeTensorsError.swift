/// A safetensors file breaks a rule of the format, or lacks what was asked of it.
public struct SafeTensorsError: Error, Hashable, Sendable, CustomStringConvertible {
  /// The rule that is broken.
  public enum Code: Hashable, Sendable {
    /// The file is shorter than the eight bytes of the header's length.
    case headerTooSmall
    /// The header is longer than 100,000,000 bytes.
    case headerTooLarge
    /// The header reaches past the end of the file.
    case headerTruncated
    /// The header is not valid UTF-8.
    case headerNotUTF8
    /// The header is not valid JSON.
    case headerNotJSON
    /// A name occurs twice in the header, in a tensor's entry or in the metadata.
    case duplicateName
    /// The metadata is not an object of strings.
    case invalidMetadata
    /// The file has more than 100,000 tensors.
    case tooManyTensors
    /// A tensor's entry is not an object of exactly `dtype`, `shape` and `data_offsets`.
    case invalidEntry
    /// A tensor's `dtype` is not one of the format's.
    case unknownElementType
    /// A tensor's number of elements or bytes is beyond what the machine can count.
    case overflow
    /// A tensor of elements smaller than a byte does not fill its last byte.
    case fractionOfByte
    /// Tensors overlap, leave a hole between them, or end before they begin.
    case invalidOffsets
    /// A tensor's offsets do not fit its shape.
    case sizeMismatch
    /// The file is longer or shorter than its tensors.
    case fileSizeMismatch
    /// The file has no tensor of that name.
    case missingTensor
    /// The elements are not floats of 16, 32 or 64 bits.
    case notFloatingPoint
    /// A tensor is to be written under a name that the format reserves.
    case reservedName
  }

  /// The rule that is broken.
  public let code: Code
  /// One sentence: what, where, and why.
  public let message: String

  /// The message.
  public var description: String { message }

  /// Creates an error with its sentence.
  public init(_ code: Code, _ message: String) {
    self.code = code
    self.message = message
  }

  init(_ code: Code, in source: String, _ reason: String) {
    self.init(code, "'\(source)': \(reason)")
  }

  init(_ code: Code, in source: String, tensor: String, _ reason: String) {
    self.init(code, in: source, "the tensor \(tensor.quotedForMessage) \(reason)")
  }
}
