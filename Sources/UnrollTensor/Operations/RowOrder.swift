// Moving elements that lie row by row, whatever they are: the layout of tensors, indices and masks.

/// Copies elements `[…, R, …, C, …]` to `[…, C, …, R, …]`, two axes exchanged, the first of them in front.
func copyTransposed<Element: BitwiseCopyable>(
  _ source: UnsafePointer<Element>, _ shape: Shape, _ axes: (Int, Int),
  to target: UnsafeMutablePointer<Element>
) {
  let (i, j) = axes
  let outer = shape[..<i].reduce(1, *)
  let middle = shape[(i + 1)..<j].reduce(1, *)
  let inner = shape[(j + 1)...].reduce(1, *)
  let (rows, columns) = (shape[i], shape[j])
  for o in 0..<outer {
    for r in 0..<rows {
      for m in 0..<middle {
        let from = source + ((o * rows + r) * middle + m) * columns * inner
        let to = target + (o * columns * middle + m) * rows * inner + r * inner
        for c in 0..<columns {
          (to + c * middle * rows * inner).update(from: from + c * inner, count: inner)
        }
      }
    }
  }
}

/// Copies elements `range` along an axis.
func copySlice<Element: BitwiseCopyable>(
  _ whole: UnsafePointer<Element>, _ shape: Shape, axis: Int, _ range: Range<Int>,
  to part: UnsafeMutablePointer<Element>
) {
  let (outer, length, inner) = shape.split(at: axis)
  let block = range.count * inner
  for index in 0..<outer {
    (part + index * block).update(
      from: whole + (index * length + range.lowerBound) * inner, count: block)
  }
}

/// Copies elements to the places `range` along an axis.
func copyIntoSlice<Element: BitwiseCopyable>(
  _ part: UnsafePointer<Element>, of whole: UnsafeMutablePointer<Element>, _ shape: Shape,
  axis: Int, _ range: Range<Int>
) {
  let (outer, length, inner) = shape.split(at: axis)
  let block = range.count * inner
  for index in 0..<outer {
    (whole + (index * length + range.lowerBound) * inner).update(
      from: part + index * block, count: block)
  }
}

// MARK: Arrays

func transposedElements<Element: BitwiseCopyable>(
  _ elements: [Element], _ shape: Shape, _ axes: (Int, Int)
) -> [Element] {
  guard axes.0 != axes.1 else { return elements }
  return rearranged(elements, count: elements.count) {
    copyTransposed($0, shape, axes, to: $1)
  }
}

func slicedElements<Element: BitwiseCopyable>(
  _ elements: [Element], _ shape: Shape, axis: Int, _ range: Range<Int>
) -> [Element] {
  rearranged(elements, count: shape.with(range.count, at: axis).elementCount) {
    copySlice($0, shape, axis: axis, range, to: $1)
  }
}

func concatenatedElements<Element: BitwiseCopyable>(
  _ parts: [(elements: [Element], shape: Shape)], _ shape: Shape, axis: Int
) -> [Element] {
  [Element](unsafeUninitializedCapacity: shape.elementCount) { whole, count in
    var offset = 0
    for part in parts {
      let range = offset..<offset + part.shape[axis]
      part.elements.withUnsafeBufferPointer { elements in
        guard let elements = elements.baseAddress, let whole = whole.baseAddress else { return }
        copyIntoSlice(elements, of: whole, shape, axis: axis, range)
      }
      offset = range.upperBound
    }
    count = shape.elementCount
  }
}

private func rearranged<Element: BitwiseCopyable>(
  _ elements: [Element], count: Int,
  _ copy: (UnsafePointer<Element>, UnsafeMutablePointer<Element>) -> Void
) -> [Element] {
  [Element](unsafeUninitializedCapacity: count) { target, initialized in
    elements.withUnsafeBufferPointer { source in
      guard let source = source.baseAddress, let target = target.baseAddress else { return }
      copy(source, target)
    }
    initialized = count
  }
}
