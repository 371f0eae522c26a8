/// The sizes of a tensor's axes, at most six, kept without an allocation.
public struct Shape: Sendable, Hashable {
  /// The sizes, then the number of axes in the last lane.
  private var lanes: SIMD8<Int32>

  /// The largest number of axes.
  public static let mostAxes = 6

  /// Creates a shape from sizes, none negative.
  public init(_ sizes: some Sequence<Int>) {
    lanes = .zero
    var rank = 0
    for size in sizes {
      precondition(rank < Shape.mostAxes, "A shape has at most \(Shape.mostAxes) axes")
      precondition(size >= 0, "An axis cannot have the negative size \(size)")
      guard let lane = Int32(exactly: size) else {
        preconditionFailure("An axis of \(size) elements is too long")
      }
      lanes[rank] = lane
      rank += 1
    }
    lanes[7] = Int32(rank)
  }

  /// The number of elements: the product of the sizes.
  public var elementCount: Int { reduce(1, *) }
}

extension Shape: RandomAccessCollection, MutableCollection {
  /// Zero.
  public var startIndex: Int { 0 }
  /// The number of axes.
  public var endIndex: Int { Int(lanes[7]) }

  /// The size of an axis.
  public subscript(axis: Int) -> Int {
    get {
      precondition(indices.contains(axis), "Axis \(axis) of a shape with \(count) axes")
      return Int(lanes[axis])
    }
    set {
      precondition(indices.contains(axis), "Axis \(axis) of a shape with \(count) axes")
      lanes[axis] = Int32(newValue)
    }
  }
}

extension Shape: ExpressibleByArrayLiteral, CustomStringConvertible {
  /// Creates a shape from sizes.
  public init(arrayLiteral sizes: Int...) { self.init(sizes) }

  /// The sizes in brackets.
  public var description: String { "[" + map(String.init).joined(separator: ", ") + "]" }
}
