/// Whole numbers with a shape: tokens, classes or positions, row by row.
public struct Indices: Sendable, Hashable {
  /// The sizes of the axes.
  public let shape: Shape
  /// The numbers, row by row.
  public let values: [Int32]

  /// Creates indices from numbers in row order.
  public init(_ values: [Int32], shape: Shape) {
    precondition(
      values.count == shape.elementCount, "\(values.count) indices cannot have the shape \(shape)")
    self.values = values
    self.shape = shape
  }

  /// How many there are.
  public var count: Int { values.count }

  func requireBelow(_ limit: Int, except ignored: Int32? = nil) {
    for value in values where value != ignored && !(0..<limit).contains(Int(value)) {
      preconditionFailure("The index \(value) is outside 0 ..< \(limit)")
    }
  }
}
