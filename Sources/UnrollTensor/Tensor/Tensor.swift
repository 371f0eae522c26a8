/// A block of floats with a shape, row by row: a value, copied when it is changed and shared until then.
///
/// Inside `valueAndGradient` a tensor may carry a node: operations on it are then recorded for the backward pass.
public struct Tensor: Sendable {
  /// The sizes of the axes.
  public let shape: Shape
  package private(set) var storage: Storage
  package var node: Node?

  package init(storage: Storage, shape: Shape) {
    guard storage.count == shape.elementCount else {
      fatalError("\(storage.count) floats cannot have the shape \(shape)")
    }
    self.storage = storage
    self.shape = shape
  }

  /// Memory with undefined content, to be written by the caller.
  package init(uninitialized shape: Shape) {
    self.init(storage: Storage(uninitialized: shape.elementCount), shape: shape)
  }

  /// Memory that `owner` keeps and nobody changes; copied before this value changes.
  package init(
    borrowing floats: UnsafeBufferPointer<Float>, from owner: any AnyObject & Sendable, shape: Shape
  ) {
    self.init(storage: Storage(borrowing: floats, from: owner), shape: shape)
  }

  /// Creates a tensor from its elements, row by row.
  public init(_ elements: [Float], shape: Shape) {
    guard elements.count == shape.elementCount else {
      fatalError("\(elements.count) elements cannot have the shape \(shape)")
    }
    self.init(uninitialized: shape)
    elements.withUnsafeBufferPointer { source in
      if let base = source.baseAddress { pointer.update(from: base, count: source.count) }
    }
  }

  /// Creates a tensor with one axis from its elements.
  public init(_ elements: [Float]) { self.init(elements, shape: [elements.count]) }

  /// Creates a matrix from its rows.
  public init(_ rows: [[Float]]) {
    let columns = rows.first?.count ?? 0
    guard rows.allSatisfy({ $0.count == columns }) else {
      fatalError("The rows of a matrix have equally many elements, not \(rows.map(\.count))")
    }
    self.init(rows.flatMap(\.self), shape: [rows.count, columns])
  }

  /// Creates a tensor with one value everywhere.
  public init(repeating value: Float, shape: Shape) {
    self.init(uninitialized: shape)
    pointer.update(repeating: value, count: count)
  }

  /// Creates a tensor of zeros.
  public init(zeros shape: Shape) {
    self.init(repeating: 0, shape: shape)
  }

  /// Creates a tensor without axes that holds one value.
  public init(_ value: Float) {
    self.init(repeating: value, shape: [])
  }

  /// The number of elements.
  public var count: Int { storage.count }

  /// The elements, row by row.
  public var elements: [Float] { Array(UnsafeBufferPointer(start: pointer, count: count)) }

  /// The only element of a tensor that has one.
  public var scalar: Float {
    guard count == 1 else {
      fatalError("A tensor of shape \(shape) is not a scalar: it has \(count) elements")
    }
    return pointer[0]
  }

  /// The same values without a node: nothing is recorded for them.
  public func detached() -> Tensor {
    var copy = self
    copy.node = nil
    return copy
  }

  /// Calls `body` with the elements, row by row.
  public func withUnsafeElements<Result>(
    _ body: (UnsafeBufferPointer<Float>) throws -> Result
  ) rethrows -> Result {
    defer { withExtendedLifetime(storage) {} }
    return try body(UnsafeBufferPointer(start: storage.pointer, count: storage.count))
  }

  /// Calls `body` with the elements to change, after making them this value's own.
  public mutating func withUnsafeMutableElements<Result>(
    _ body: (UnsafeMutableBufferPointer<Float>) throws -> Result
  ) rethrows -> Result {
    if isKnownUniquelyReferenced(&storage), storage.isMutable {
      storage.contentWillChange()
    } else {
      let copy = Storage(uninitialized: storage.count)
      copy.pointer.update(from: storage.pointer, count: storage.count)
      storage = copy
    }
    defer { withExtendedLifetime(storage) {} }
    return try body(UnsafeMutableBufferPointer(start: storage.pointer, count: storage.count))
  }

  /// The first element. The caller keeps the tensor alive while it uses the pointer, and writes only to its own.
  package var pointer: UnsafeMutablePointer<Float> { storage.pointer }
}

extension Tensor: Equatable {
  /// Whether shapes and elements are equal (so that NaN differs from NaN); nodes do not matter.
  public static func == (left: Tensor, right: Tensor) -> Bool {
    left.shape == right.shape
      && left.withUnsafeElements { a in right.withUnsafeElements { b in a.elementsEqual(b) } }
  }
}

extension Tensor: CustomStringConvertible {
  /// The shape and the first elements.
  public var description: String {
    let shown = elements.prefix(8).map { "\($0)" }.joined(separator: ", ")
    return "Tensor \(shape) [\(shown)\(count > 8 ? ", …" : "")]"
  }
}
