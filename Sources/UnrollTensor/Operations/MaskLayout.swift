extension Mask {
  /// The same truth values in another shape, where one axis may be −1: as long as it has to be.
  public func reshaped(_ sizes: [Int]) -> Mask { reshaped(shape.reshaped(to: sizes)) }

  /// The same truth values in another shape.
  public func reshaped(_ shape: Shape) -> Mask {
    self.shape.requireReshape(to: shape)
    return Mask(values, shape: shape)
  }

  /// With two axes exchanged; −1 is the last one.
  public func transposed(_ first: Int, _ second: Int) -> Mask {
    let axes = shape.axisPair(first, second)
    return Mask(transposedElements(values, shape, axes), shape: shape.exchanging(axes))
  }

  /// Truth values `range` along an axis; −1 is the last one.
  public func sliced(_ range: Range<Int>, axis: Int) -> Mask {
    let (axis, sizes) = shape.slicing(range, axis: axis)
    return Mask(slicedElements(values, shape, axis: axis, range), shape: sizes)
  }

  /// The truth values at a place along the first axis, which disappears; −1 is the last one.
  public subscript(index: Int) -> Mask {
    let index = shape.placeOnFirstAxis(index)
    return sliced(index..<index + 1, axis: 0).reshaped(Shape(shape.dropFirst()))
  }

  /// A range of truth values along the first axis: `mask[2..<5]`, `mask[..<3]`.
  public subscript(range: some RangeExpression<Int>) -> Mask {
    sliced(shape.placesOnFirstAxis(range), axis: 0)
  }
}
