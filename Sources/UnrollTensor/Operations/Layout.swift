extension Tensor {
  /// The same elements in another shape, where one axis may be −1: as long as it has to be.
  public func reshaped(_ sizes: [Int]) -> Tensor { reshaped(shape.reshaped(to: sizes)) }

  /// The same elements in another shape.
  public func reshaped(_ shape: Shape) -> Tensor {
    self.shape.requireReshape(to: shape)
    return Tensor(storage: storage, shape: shape).recorded(from: self) {
      [original = self.shape] gradient in
      [Tensor(storage: gradient.storage, shape: original)]
    }
  }

  /// With two axes exchanged; −1 is the last one.
  public func transposed(_ first: Int, _ second: Int) -> Tensor {
    let axes = shape.axisPair(first, second)
    guard axes.0 != axes.1 else { return self }
    let result = Tensor(uninitialized: shape.exchanging(axes))
    copyTransposed(pointer, shape, axes, to: result.pointer)
    return result.recorded(from: self) { [$0.transposed(axes.0, axes.1)] }
  }

  /// Elements `range` along an axis; −1 is the last one.
  public func sliced(_ range: Range<Int>, axis: Int) -> Tensor {
    let (axis, sizes) = shape.slicing(range, axis: axis)
    let result = Tensor(uninitialized: sizes)
    copySlice(pointer, shape, axis: axis, range, to: result.pointer)
    return result.recorded(from: self) { [shape] gradient in
      let dx = Tensor(zeros: shape)
      copyIntoSlice(gradient.pointer, of: dx.pointer, shape, axis: axis, range)
      return [dx]
    }
  }

  /// The element at a place along the first axis, which disappears; −1 is the last one.
  public subscript(index: Int) -> Tensor {
    let index = shape.placeOnFirstAxis(index)
    return sliced(index..<index + 1, axis: 0).reshaped(Shape(shape.dropFirst()))
  }

  /// A range of elements along the first axis: `x[2..<5]`, `x[..<3]`.
  public subscript(range: some RangeExpression<Int>) -> Tensor {
    sliced(shape.placesOnFirstAxis(range), axis: 0)
  }
}

/// Tensors one after the other along an axis; all other axes must be equal. −1 is the last axis.
public func concatenate(_ parts: [Tensor], axis: Int) -> Tensor {
  let (axis, shape) = Shape.concatenating(parts.map(\.shape), axis: axis)
  guard parts.count > 1 else { return parts[0] }
  let result = Tensor(uninitialized: shape)
  var offset = 0
  for part in parts {
    let range = offset..<offset + part.shape[axis]
    copyIntoSlice(part.pointer, of: result.pointer, shape, axis: axis, range)
    offset = range.upperBound
  }
  return recorded([result], from: parts) { gradients in
    guard let gradient = gradients[0] else { return [] }
    var offset = 0
    return parts.map { part in
      defer { offset += part.shape[axis] }
      return part.isRecorded ? gradient.sliced(offset..<offset + part.shape[axis], axis: axis) : nil
    }
  }[0]
}

/// Tensors of one shape as the elements of a new axis, the first or another one; −1 is the last axis of the result.
public func stack(_ parts: [Tensor], axis: Int = 0) -> Tensor {
  let (axis, shape) = Shape.stacking(parts.map(\.shape), axis: axis)
  return concatenate(parts.map { $0.reshaped(shape) }, axis: axis)
}
