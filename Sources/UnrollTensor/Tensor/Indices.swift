/// Whole numbers with a shape: tokens, classes or positions, row by row.
public struct Indices: Sendable, Hashable {
  /// The sizes of the axes.
  public let shape: Shape
  /// The numbers, row by row.
  public let values: [Int32]

  /// Creates indices from numbers in row order.
  public init(_ values: [Int32], shape: Shape) {
    guard values.count == shape.elementCount else {
      fatalError("\(values.count) indices cannot have the shape \(shape)")
    }
    self.values = values
    self.shape = shape
  }

  /// Creates indices with one axis.
  public init(_ values: [Int32]) { self.init(values, shape: [values.count]) }

  /// How many there are.
  public var count: Int { values.count }

  /// The only index where there is one.
  public var scalar: Int32 {
    guard count == 1 else {
      fatalError("Indices of shape \(shape) are not a scalar: they have \(count) elements")
    }
    return values[0]
  }

  func requireBelow(_ limit: Int, except ignored: Int32? = nil, in operation: StaticString) {
    for value in values where value != ignored && !(0..<limit).contains(Int(value)) {
      fatalError("\(operation): the index \(value) is outside 0 ..< \(limit)")
    }
  }
}
