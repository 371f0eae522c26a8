/// Collects named tensors and writes them as one file of the safetensors format.
///
/// The bytes are the same for the same tensors and metadata, in whatever order they are added.
/// Tensors are not copied until they are written, and then piece by piece.
///
/// ```swift
/// var writer = SafeTensorsWriter(metadata: ["format": "pt"])
/// try writer.add("linear.weight", shape: [2, 3], values: weights)
/// try writer.write(to: "model.safetensors")
/// ```
public struct SafeTensorsWriter: Sendable {
  /// Calls its argument once with all the floats of a tensor, in row-major order.
  public typealias FloatSource =
    @Sendable ((UnsafeBufferPointer<Float>) throws -> Void) throws -> Void

  /// Texts that travel with the tensors.
  public var metadata: [String: String]
  private(set) var tensors: [Tensor] = []
  private var names: Set<String> = []

  struct Tensor {
    let name: String
    let elementType: ElementType
    let shape: [Int]
    let byteCount: Int
    let content: Content

    enum Content {
      case floats(FloatSource)
      case bytes([UInt8])
    }
  }

  /// Starts a file without tensors.
  public init(metadata: [String: String] = [:]) {
    self.metadata = metadata
  }

  /// Adds a tensor of `values`, stored as F32 or rounded to the nearest F16 or BF16.
  ///
  /// - Throws: ``SafeTensorsError`` if the name is taken or reserved.
  public mutating func add(
    _ name: String, shape: [Int], as elementType: ElementType = .float32, values: [Float]
  ) throws(SafeTensorsError) {
    try add(name, shape: shape, as: elementType) { body in
      try values.withUnsafeBufferPointer(body)
    }
  }

  /// Adds a tensor whose floats are asked for when it is written, stored as F32 or rounded to the
  /// nearest F16 or BF16.
  ///
  /// - Throws: ``SafeTensorsError`` if the name is taken or reserved.
  public mutating func add(
    _ name: String, shape: [Int], as elementType: ElementType = .float32,
    values: @escaping FloatSource
  ) throws(SafeTensorsError) {
    guard [.float32, .float16, .bfloat16].contains(elementType) else {
      fatalError("floats are written as F32, F16 or BF16, not as \(elementType.rawValue)")
    }
    try add(name, elementType, shape, .floats(values))
  }

  /// Adds a tensor of any type by its bytes: packed, row-major and little-endian.
  ///
  /// - Throws: ``SafeTensorsError`` if the name is taken or reserved.
  public mutating func add(
    _ name: String, shape: [Int], as elementType: ElementType, bytes: [UInt8]
  ) throws(SafeTensorsError) {
    try add(name, elementType, shape, .bytes(bytes))
  }

  private mutating func add(
    _ name: String, _ elementType: ElementType, _ shape: [Int], _ content: Tensor.Content
  ) throws(SafeTensorsError) {
    guard shape.allSatisfy({ $0 >= 0 }) else {
      fatalError("the shape \(shape) has a negative size")
    }
    guard let byteCount = try? elementType.byteCount(of: shape) else {
      fatalError("the shape \(shape) of \(elementType.rawValue) is no number of bytes")
    }
    if case .bytes(let bytes) = content {
      guard bytes.count == byteCount else {
        fatalError(
          "the shape \(shape) of \(elementType.rawValue) needs \(byteCount) bytes, not \(bytes.count)"
        )
      }
    }
    guard name != "__metadata__" else {
      throw SafeTensorsError(
        .reservedName, in: "safetensors", tensor: name, "cannot be written; rename it")
    }
    guard names.insert(name).inserted else {
      throw SafeTensorsError(
        .duplicateName, in: "safetensors", tensor: name, "is added twice; rename one of them")
    }
    tensors.append(
      Tensor(
        name: name, elementType: elementType, shape: shape, byteCount: byteCount, content: content))
  }
}
