/// The sizes of a tensor's axes, at most six, kept without an allocation.
public struct Shape: Sendable, Hashable {
  /// The sizes, then the number of axes in the last lane.
  private var lanes: SIMD8<Int32>

  /// The largest number of axes.
  package static let mostAxes = 6

  /// Creates a shape from sizes, none negative.
  public init(_ sizes: some Sequence<Int>) {
    lanes = .zero
    var rank = 0
    for size in sizes {
      guard rank < Shape.mostAxes, let lane = Int32(exactly: size), lane >= 0 else {
        Shape.refuse(Array(sizes), at: rank)
      }
      lanes[rank] = lane
      rank += 1
    }
    lanes[7] = Int32(rank)
  }

  /// Ends the program with what is wrong with sizes. It stands apart so that shapes are made inline, without an array in memory.
  @inline(never)
  private static func refuse(_ sizes: [Int], at axis: Int) -> Never {
    guard axis < mostAxes else { fatalError("\(sizes) has more than \(mostAxes) axes") }
    fatalError(
      "\(sizes) is no shape: the sizes of axes are 0 to \(Int32.max), not \(sizes[axis])")
  }

  /// The number of elements: the product of the sizes.
  public var elementCount: Int { reduce(1, *) }
}

extension Shape: RandomAccessCollection, MutableCollection {
  /// Zero.
  public var startIndex: Int { 0 }
  /// The number of axes.
  public var endIndex: Int { Int(lanes[7]) }

  /// The size of an axis; −1 is the last one.
  public subscript(axis: Int) -> Int {
    get { Int(lanes[self.axis(axis)]) }
    set {
      guard let size = Int32(exactly: newValue), size >= 0 else {
        fatalError("Axis \(axis) of \(self) cannot have the size \(newValue)")
      }
      lanes[self.axis(axis)] = size
    }
  }
}

extension Shape: ExpressibleByArrayLiteral, CustomStringConvertible {
  /// Creates a shape from sizes.
  public init(arrayLiteral sizes: Int...) { self.init(sizes) }

  /// The sizes in brackets.
  public var description: String { "[" + map(String.init).joined(separator: ", ") + "]" }
}

// MARK: Axes

extension Shape {
  /// The number of an axis, counted from 0, where the caller counts from 0 or, with negative numbers, from the end.
  func axis(_ axis: Int, of operation: StaticString? = nil) -> Int {
    let rank = endIndex
    let resolved = axis < 0 ? axis + rank : axis
    if resolved < 0 || resolved >= rank { failForMissing(axis, operation) }
    return resolved
  }

  @inline(never)
  private func failForMissing(_ axis: Int, _ operation: StaticString?) -> Never {
    let prefix = operation.map { "\($0): " } ?? ""
    if isEmpty { fatalError("\(prefix)\(self) has no axes, so no axis \(axis)") }
    if count == 1 { fatalError("\(prefix)\(self) has no axis \(axis): its only axis is 0, or -1") }
    fatalError(
      "\(prefix)\(self) has no axis \(axis): its axes are 0 to \(count - 1), or -1 to \(-count) from the end"
    )
  }

  /// The elements of the axes in front of an axis, that axis, and those behind it, each as one number.
  func split(at axis: Int) -> (outer: Int, length: Int, inner: Int) {
    (self[..<axis].reduce(1, *), self[axis], self[(axis + 1)...].reduce(1, *))
  }

  /// Without an axis, or with one element in its place.
  func reduced(along axis: Int, keepsAxis: Bool) -> Shape {
    guard keepsAxis else { return Shape(Array(self[..<axis]) + self[(axis + 1)...]) }
    var result = self
    result[axis] = 1
    return result
  }

  /// With one axis of another size.
  func with(_ size: Int, at axis: Int) -> Shape {
    var result = self
    result[axis] = size
    return result
  }
}
