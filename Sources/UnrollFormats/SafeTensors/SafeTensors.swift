/// Named tensors in a file of the safetensors format; a value of this type has passed all checks of
/// the format.
///
/// The format is eight bytes of length, a header of JSON and the tensors' bytes, row-major,
/// little-endian and without gaps (https://github.com/huggingface/safetensors). The checks are
/// listed at ``SafeTensorsError/Code``; whatever a file contains, opening it ends with an error at
/// worst and takes memory in proportion to the file.
public struct SafeTensors: Sendable {
  /// The longest header that is read or written, as in the reference implementation.
  package static let maximumHeaderByteCount = 100_000_000
  /// The greatest number of tensors that is read or written.
  package static let maximumTensorCount = 100_000

  /// What the file is called in messages: its path.
  public let source: String
  /// Texts that travel with the tensors.
  public let metadata: [String: String]
  /// The tensors in the order of their bytes.
  public let tensors: [Tensor]
  private let indices: [String: Int]

  /// Opens the file at `path`.
  ///
  /// - Parameters:
  ///   - path: The file to open.
  ///   - mapped: Whether to leave the bytes of a large file where they are until they are needed;
  ///     then no other program may change the file in place meanwhile, only replace it.
  /// - Throws: ``FileError`` or ``SafeTensorsError``.
  public init(contentsOf path: String, mapped: Bool = false) throws {
    try self.init(
      mapped ? FileContents(opening: path) : FileContents(reading: path), source: path)
  }

  /// Opens a file that is in memory, called `source` in messages.
  ///
  /// - Throws: ``SafeTensorsError``.
  public init(bytes: [UInt8], source: String = "safetensors") throws {
    try self.init(FileContents(bytes), source: source)
  }

  /// Opens a file whose bytes are there already; throws ``SafeTensorsError``.
  package init(_ contents: FileContents, source: String) throws {
    let header = try contents.withUnsafeBytes { try SafeTensorsHeader(of: $0, source: source) }
    self.source = source
    metadata = header.metadata
    tensors = header.tensors.map {
      Tensor(
        name: $0.name, elementType: $0.elementType, shape: $0.shape,
        byteRange: header.dataOffset + $0.bytes.lowerBound..<header.dataOffset
          + $0.bytes.upperBound,
        contents: contents, source: source)
    }
    var indices: [String: Int] = [:]
    for (index, tensor) in tensors.enumerated() {
      guard indices.updateValue(index, forKey: tensor.name) == nil else {
        throw SafeTensorsError(
          .duplicateName, in: source, tensor: tensor.name,
          "occurs twice, in two Unicode forms of one name")
      }
    }
    self.indices = indices
  }

  /// The tensor called `name`, or `nil`.
  public subscript(name: String) -> Tensor? {
    indices[name].map { tensors[$0] }
  }

  /// The tensor called `name`, or throws ``SafeTensorsError`` with code `missingTensor`.
  public func tensor(named name: String) throws(SafeTensorsError) -> Tensor {
    guard let tensor = self[name] else {
      throw SafeTensorsError(
        .missingTensor, in: source,
        "there is no tensor \(name.quotedForMessage) among the \(tensors.count) of the file")
    }
    return tensor
  }
}
