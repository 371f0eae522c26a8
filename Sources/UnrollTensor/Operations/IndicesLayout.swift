extension Indices {
  /// The same indices in another shape, where one axis may be −1: as long as it has to be.
  public func reshaped(_ sizes: [Int]) -> Indices { reshaped(shape.reshaped(to: sizes)) }

  /// The same indices in another shape.
  public func reshaped(_ shape: Shape) -> Indices {
    self.shape.requireReshape(to: shape)
    return Indices(values, shape: shape)
  }

  /// With two axes exchanged; −1 is the last one.
  public func transposed(_ first: Int, _ second: Int) -> Indices {
    let axes = shape.axisPair(first, second)
    return Indices(transposedElements(values, shape, axes), shape: shape.exchanging(axes))
  }

  /// Indices `range` along an axis; −1 is the last one.
  public func sliced(_ range: Range<Int>, axis: Int) -> Indices {
    let (axis, sizes) = shape.slicing(range, axis: axis)
    return Indices(slicedElements(values, shape, axis: axis, range), shape: sizes)
  }

  /// The indices at a place along the first axis, which disappears; −1 is the last one.
  public subscript(index: Int) -> Indices {
    let index = shape.placeOnFirstAxis(index)
    return sliced(index..<index + 1, axis: 0).reshaped(Shape(shape.dropFirst()))
  }

  /// A range of indices along the first axis: `tokens[2..<5]`, `tokens[..<3]`.
  public subscript(range: some RangeExpression<Int>) -> Indices {
    sliced(shape.placesOnFirstAxis(range), axis: 0)
  }
}

/// Indices one after the other along an axis; all other axes must be equal. −1 is the last axis.
public func concatenate(_ parts: [Indices], axis: Int) -> Indices {
  let (axis, shape) = Shape.concatenating(parts.map(\.shape), axis: axis)
  return Indices(
    concatenatedElements(parts.map { ($0.values, $0.shape) }, shape, axis: axis), shape: shape)
}

/// Indices of one shape as the elements of a new axis, the first or another one; −1 is the last axis of the result.
public func stack(_ parts: [Indices], axis: Int = 0) -> Indices {
  let (axis, shape) = Shape.stacking(parts.map(\.shape), axis: axis)
  return concatenate(parts.map { $0.reshaped(shape) }, axis: axis)
}
