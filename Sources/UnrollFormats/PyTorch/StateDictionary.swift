/// The named tensors of a PyTorch `state_dict`, whatever file they lie in.
public struct StateDictionary: Sendable {
  /// What the file is called in messages: its path.
  public let source: String
  /// The tensors in the order of the file.
  public let tensors: [any StoredTensor]
  /// What was chosen and left out, in sentences for a person.
  public let notes: [String]
  private let indices: [String: Int]

  /// Takes the tensors of a safetensors file.
  public init(_ file: SafeTensors) {
    self.init(source: file.source, tensors: file.tensors)
  }

  /// Takes tensors with distinct names.
  package init(source: String, tensors: [any StoredTensor], notes: [String] = []) {
    self.source = source
    self.tensors = tensors
    self.notes = notes
    indices = Dictionary(uniqueKeysWithValues: tensors.enumerated().map { ($1.name, $0) })
  }

  /// The tensor called `name`, or `nil`.
  public subscript(name: String) -> (any StoredTensor)? {
    indices[name].map { tensors[$0] }
  }
}

/// A tensor in a file, which is converted to floats when it is asked for them.
public protocol StoredTensor: Sendable {
  /// The name, as in PyTorch's `state_dict`.
  var name: String { get }
  /// The type of the elements as they are stored.
  var elementType: ElementType { get }
  /// The size of each dimension; empty for a scalar.
  var shape: [Int] { get }
  /// Writes the elements in row-major order to `floats`, which holds exactly as many; throws the
  /// error of the file's format unless they are F32, F16, BF16 or F64 (which is rounded).
  func copy(to floats: UnsafeMutableBufferPointer<Float>) throws
}

extension StoredTensor {
  /// The number of elements.
  public var elementCount: Int { shape.reduce(1, *) }

  /// The elements in row-major order; throws as ``copy(to:)`` does.
  public func floats() throws -> [Float] {
    let elementCount = elementCount
    return try [Float](unsafeUninitializedCapacity: elementCount) { buffer, count in
      try copy(to: UnsafeMutableBufferPointer(rebasing: buffer[..<elementCount]))
      count = elementCount
    }
  }
}

extension SafeTensors.Tensor: StoredTensor {}
