extension Tensor {
  /// The same elements in another shape, where one axis may be −1: as long as it has to be.
  public func reshaped(_ sizes: [Int]) -> Tensor {
    let known = sizes.lazy.filter { $0 != -1 }.reduce(1, *)
    let shape = Shape(sizes.map { $0 == -1 ? count / max(known, 1) : $0 })
    precondition(
      shape.elementCount == count && sizes.lazy.filter { $0 == -1 }.count < 2,
      "A tensor of shape \(self.shape) reshaped to \(sizes)")
    return reshaped(shape)
  }

  /// The same elements in another shape.
  public func reshaped(_ shape: Shape) -> Tensor {
    precondition(
      shape.elementCount == count, "A tensor of shape \(self.shape) reshaped to \(shape)")
    return Tensor(storage: storage, shape: shape).recorded(from: self) {
      [original = self.shape] gradient in
      [Tensor(storage: gradient.storage, shape: original)]
    }
  }

  /// With two axes exchanged.
  public func transposed(_ first: Int, _ second: Int) -> Tensor {
    let (i, j) = (min(first, second), max(first, second))
    precondition(
      shape.indices.contains(i) && shape.indices.contains(j),
      "Axes \(first) and \(second) of \(shape)")
    guard i != j else { return self }
    var exchanged = shape
    exchanged[i] = shape[j]
    exchanged[j] = shape[i]
    let result = Tensor(uninitialized: exchanged)
    let outer = shape[..<i].reduce(1, *)
    let middle = shape[(i + 1)..<j].reduce(1, *)
    let inner = shape[(j + 1)...].reduce(1, *)
    let (rows, columns) = (shape[i], shape[j])
    for o in 0..<outer {
      for r in 0..<rows {
        for m in 0..<middle {
          let source = pointer + ((o * rows + r) * middle + m) * columns * inner
          let target = result.pointer + (o * columns * middle + m) * rows * inner + r * inner
          for c in 0..<columns {
            (target + c * middle * rows * inner).update(from: source + c * inner, count: inner)
          }
        }
      }
    }
    return result.recorded(from: self) { [$0.transposed(i, j)] }
  }

  /// Elements `range` along an axis.
  public func sliced(_ range: Range<Int>, axis: Int) -> Tensor {
    precondition(
      range.lowerBound >= 0 && range.upperBound <= shape[axis],
      "The range \(range) along axis \(axis) of \(shape)")
    var sizes = shape
    sizes[axis] = range.count
    let result = Tensor(uninitialized: sizes)
    copyBlocks(of: result, alongAxis: axis, offset: range.lowerBound, in: self, isIntoWhole: false)
    return result.recorded(from: self) { [shape] gradient in
      let dx = Tensor(zeros: shape)
      copyBlocks(of: gradient, alongAxis: axis, offset: range.lowerBound, in: dx, isIntoWhole: true)
      return [dx]
    }
  }
}

/// Tensors one after the other along an axis; all other axes must be equal.
public func concatenate(_ parts: [Tensor], axis: Int) -> Tensor {
  guard let first = parts.first else {
    preconditionFailure("concatenate needs at least one tensor")
  }
  guard parts.count > 1 else { return first }
  var shape = first.shape
  shape[axis] = parts.reduce(0) { $0 + $1.shape[axis] }
  let result = Tensor(uninitialized: shape)
  var offset = 0
  for part in parts {
    var sizes = part.shape
    sizes[axis] = shape[axis]
    precondition(sizes == shape, "concatenate along axis \(axis) of \(parts.map(\.shape))")
    copyBlocks(of: part, alongAxis: axis, offset: offset, in: result, isIntoWhole: true)
    offset += part.shape[axis]
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

/// Tensors of one shape as the elements of a new first axis.
public func stack(_ parts: [Tensor]) -> Tensor {
  concatenate(parts.map { $0.reshaped(Shape([1] + Array($0.shape))) }, axis: 0)
}

/// Copies between a part and its place in a whole, `offset` elements along an axis.
private func copyBlocks(
  of part: Tensor, alongAxis axis: Int, offset: Int, in whole: Tensor, isIntoWhole: Bool
) {
  let inner = part.shape[(axis + 1)...].reduce(1, *)
  let block = part.shape[axis] * inner
  for index in 0..<part.shape[..<axis].reduce(1, *) {
    let inPart = part.pointer + index * block
    let inWhole = whole.pointer + (index * whole.shape[axis] + offset) * inner
    if isIntoWhole {
      inWhole.update(from: inPart, count: block)
    } else {
      inPart.update(from: inWhole, count: block)
    }
  }
}
