extension Tensor {
  /// The sum of all elements, a scalar.
  public func sum() -> Tensor {
    Tensor(kernels.sum(pointer, count: count)).recorded(from: self) { [shape] gradient in
      [Tensor(repeating: gradient.scalar, shape: shape)]
    }
  }

  /// The mean of all elements, a scalar.
  public func mean() -> Tensor {
    requireElements(count, of: "mean")
    return 1 / Float(count) * sum()
  }

  /// The sum along an axis, which disappears or is kept with one element; −1 is the last axis.
  public func sum(axis: Int, keepsAxis: Bool = false) -> Tensor {
    let axis = shape.axis(axis, of: "sum")
    let (outer, length, inner) = shape.split(at: axis)
    let result = summedOver(outer: outer, length, inner: inner)
    return Tensor(
      storage: result.storage, shape: shape.reduced(along: axis, keepsAxis: keepsAxis)
    ).recorded(from: self) { [shape] gradient in
      [gradient.repeated(outer: outer, length, inner: inner, shape: shape)]
    }
  }

  /// The mean along an axis, which disappears or is kept with one element; −1 is the last axis.
  public func mean(axis: Int, keepsAxis: Bool = false) -> Tensor {
    let length = shape[shape.axis(axis, of: "mean")]
    requireElements(length, of: "mean")
    return 1 / Float(length) * sum(axis: axis, keepsAxis: keepsAxis)
  }

  /// The sum along several axes, which disappear or are kept with one element each; −1 is the last axis.
  public func sum(axes: [Int], keepsAxes: Bool = false) -> Tensor {
    distinct(axes, of: "sum").reduce(self) { $0.sum(axis: $1, keepsAxis: keepsAxes) }
  }

  /// The mean along several axes, which disappear or are kept with one element each; −1 is the last axis.
  public func mean(axes: [Int], keepsAxes: Bool = false) -> Tensor {
    let count = distinct(axes, of: "mean").reduce(1) { $0 * shape[$1] }
    requireElements(count, of: "mean")
    return 1 / Float(count) * sum(axes: axes, keepsAxes: keepsAxes)
  }

  /// The sum of the squares of all elements, in double precision.
  ///
  /// Summed over fixed pieces that are then added in order, so that threads do not change it.
  package func sumOfSquares() -> Double {
    let piece = 1 << 14
    let pieces = (count + piece - 1) / piece
    return [Double](unsafeUninitializedCapacity: pieces) { sums, initialized in
      let target = UnsafeMutableBufferPointer(rebasing: sums[..<pieces])
      forEachRange(of: pieces, grain: 4) { range in
        for index in range {
          target.initializeElement(
            at: index,
            to: kernels.sumOfSquares(
              pointer + index * piece, count: Swift.min(piece, count - index * piece)))
        }
      }
      initialized = pieces
    }.reduce(0, +)
  }
}

// MARK: Parts

extension Tensor {
  /// The sums over the middle axis of this tensor as `[outer, length, inner]`, without a record: `[outer, inner]`.
  ///
  /// Each is added up in an order that the shape alone decides.
  func summedOver(outer: Int, _ length: Int, inner: Int) -> Tensor {
    let result = Tensor(zeros: [outer, inner])
    if inner == 1 {
      forEachRange(of: outer, grain: Swift.max(1, elementGrain / Swift.max(length, 1))) { range in
        for index in range {
          result.pointer[index] = kernels.sum(pointer + index * length, count: length)
        }
      }
    } else if outer == 1 {
      addSumOfRows(pointer, rows: length, columns: inner, stride: inner, to: result.pointer)
    } else {
      let block = length * inner
      forEachRange(of: outer, grain: Swift.max(1, elementGrain / Swift.max(block, 1))) { range in
        for index in range {
          kernels.addRows(
            rows: length, columns: inner, pointer + index * block, aRow: inner,
            to: result.pointer + index * inner)
        }
      }
    }
    return result
  }

  /// `[outer, inner]` as often as `length` says along a middle axis, without a record.
  private func repeated(outer: Int, _ length: Int, inner: Int, shape: Shape) -> Tensor {
    let result = Tensor(uninitialized: shape)
    forEachRange(of: outer, grain: Swift.max(1, elementGrain / Swift.max(length * inner, 1))) {
      range in
      for index in range {
        let (source, target) = (pointer + index * inner, result.pointer + index * length * inner)
        if inner == 1 {
          target.update(repeating: source.pointee, count: length)
        } else {
          for step in 0..<length {
            (target + step * inner).update(from: source, count: inner)
          }
        }
      }
    }
    return result
  }

  /// The axes counted from 0, the last one first; none may be there twice.
  private func distinct(_ axes: [Int], of operation: StaticString) -> [Int] {
    let sorted = axes.map { shape.axis($0, of: operation) }.sorted(by: >)
    guard Set(sorted).count == sorted.count else {
      fatalError("\(operation): \(axes) names an axis of \(shape) twice")
    }
    return sorted
  }

  func requireElements(_ count: Int, of operation: StaticString) {
    guard count > 0 else { fatalError("\(operation) over no elements, of a tensor \(shape)") }
  }
}
