extension Shape {
  /// The shape that sizes mean, where one may be −1: as long as it has to be.
  func reshaped(to sizes: [Int]) -> Shape {
    let known = sizes.lazy.filter { $0 != -1 }.reduce(1, *)
    guard sizes.lazy.filter({ $0 == -1 }).count < 2 else {
      fatalError("\(self) reshaped to \(sizes): only one axis can be -1")
    }
    guard known > 0 ? elementCount % known == 0 : elementCount == 0 else {
      fatalError("\(self) reshaped to \(sizes): \(elementCount) elements do not fit")
    }
    return Shape(sizes.map { $0 == -1 ? elementCount / Swift.max(known, 1) : $0 })
  }

  func requireReshape(to shape: Shape) {
    guard shape.elementCount == elementCount else {
      fatalError(
        "\(self) reshaped to \(shape): \(elementCount) elements do not become \(shape.elementCount)"
      )
    }
  }

  /// Two axes, the first of them in front.
  func axisPair(_ first: Int, _ second: Int) -> (Int, Int) {
    let (i, j) = (axis(first, of: "transposed"), axis(second, of: "transposed"))
    return (Swift.min(i, j), Swift.max(i, j))
  }

  /// With two axes exchanged.
  func exchanging(_ axes: (Int, Int)) -> Shape {
    with(self[axes.1], at: axes.0).with(self[axes.0], at: axes.1)
  }

  /// The axis counted from 0, and the shape of the elements `range` along it.
  func slicing(_ range: Range<Int>, axis: Int) -> (axis: Int, shape: Shape) {
    let axis = self.axis(axis, of: "sliced")
    guard range.lowerBound >= 0, range.upperBound <= self[axis] else {
      fatalError(
        "sliced: \(range) is not within the \(self[axis]) elements of axis \(axis) of \(self)")
    }
    return (axis, with(range.count, at: axis))
  }

  /// A place along the first axis, counted from 0, where the caller counts from 0 or, with negative numbers, from the end.
  func placeOnFirstAxis(_ index: Int) -> Int {
    let length = self[axis(0, of: "subscript")]
    let resolved = index < 0 ? index + length : index
    guard (0..<length).contains(resolved) else {
      fatalError(
        "The index \(index) is outside the \(length) elements of the first axis of \(self)")
    }
    return resolved
  }

  /// The places that a range means along the first axis.
  func placesOnFirstAxis(_ range: some RangeExpression<Int>) -> Range<Int> {
    let length = self[axis(0, of: "subscript")]
    let bounds = range.relative(to: Int.min..<Int.max)
    // Where the range has no beginning or no end, that is the axis's.
    let lower = bounds.lowerBound == .min ? 0 : bounds.lowerBound
    let upper = bounds.upperBound == .max ? length : bounds.upperBound
    guard 0 <= lower, lower <= upper, upper <= length else {
      fatalError(
        "The range \(lower) ..< \(upper) is outside the \(length) elements of the first axis of \(self)"
      )
    }
    return lower..<upper
  }

  /// The axis counted from 0, and the shape of parts one after the other along it.
  static func concatenating(_ shapes: [Shape], axis: Int) -> (axis: Int, shape: Shape) {
    guard let first = shapes.first else { fatalError("concatenate of no parts") }
    let axis = first.axis(axis, of: "concatenate")
    let length = shapes.reduce(0) { $0 + ($1.count == first.count ? $1[axis] : 0) }
    guard
      shapes.allSatisfy({
        $0.count == first.count && $0.with(length, at: axis) == first.with(length, at: axis)
      })
    else {
      fatalError(
        "concatenate of \(described(shapes)): all axes but axis \(axis) have to be equal")
    }
    return (axis, first.with(length, at: axis))
  }

  /// The new axis counted from 0, and the shape of each part with one element along it.
  static func stacking(_ shapes: [Shape], axis: Int) -> (axis: Int, part: Shape) {
    guard let first = shapes.first else { fatalError("stack of no parts") }
    guard shapes.allSatisfy({ $0 == first }) else {
      fatalError("stack of \(described(shapes)): all shapes have to be equal")
    }
    guard first.count < mostAxes else {
      fatalError("stack of \(first): there would be more than \(mostAxes) axes")
    }
    var sizes = Array(first)
    let axis = Shape([shapes.count] + first).axis(axis, of: "stack")
    sizes.insert(1, at: axis)
    return (axis, Shape(sizes))
  }

  private static func described(_ shapes: [Shape]) -> String {
    let shown = shapes.prefix(6).map(\.description).joined(separator: ", ")
    return shapes.count > 6 ? "\(shown) and \(shapes.count - 6) more" : shown
  }
}
