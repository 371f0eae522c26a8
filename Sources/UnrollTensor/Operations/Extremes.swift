extension Tensor {
  /// The greatest element, a scalar; NaN if there is one. Of equal ones, the first gets the gradient.
  public func max() -> Tensor { reshaped([count]).extreme("max", 0, keepsAxis: false, .greatest) }

  /// The smallest element, a scalar; NaN if there is one. Of equal ones, the first gets the gradient.
  public func min() -> Tensor { reshaped([count]).extreme("min", 0, keepsAxis: false, .smallest) }

  /// The greatest elements along an axis, which disappears or is kept with one element; −1 is the last axis.
  ///
  /// NaN counts as greater than every number. Of equal elements, the first gets the gradient.
  public func max(axis: Int, keepsAxis: Bool = false) -> Tensor {
    extreme("max", axis, keepsAxis: keepsAxis, .greatest)
  }

  /// The smallest elements along an axis, which disappears or is kept with one element; −1 is the last axis.
  ///
  /// NaN counts as smaller than every number. Of equal elements, the first gets the gradient.
  public func min(axis: Int, keepsAxis: Bool = false) -> Tensor {
    extreme("min", axis, keepsAxis: keepsAxis, .smallest)
  }

  /// Where the greatest elements along an axis are; −1 is the last axis, which disappears or is kept with one element.
  ///
  /// NaN counts as greater than every number. Of equal elements, it is the first.
  public func argmax(axis: Int = -1, keepsAxis: Bool = false) -> Indices {
    extremeIndices("argmax", axis, keepsAxis: keepsAxis, .greatest)
  }

  /// Where the smallest elements along an axis are; −1 is the last axis, which disappears or is kept with one element.
  ///
  /// NaN counts as smaller than every number. Of equal elements, it is the first.
  public func argmin(axis: Int = -1, keepsAxis: Bool = false) -> Indices {
    extremeIndices("argmin", axis, keepsAxis: keepsAxis, .smallest)
  }

  /// The k greatest elements along the last axis in falling order, `[…, V]` to `[…, k]`, and where they are.
  ///
  /// NaN counts as greater than every number. Of equal elements, the first comes first.
  public func topK(_ k: Int) -> (values: Tensor, indices: Indices) {
    let columns = lastAxis(of: self, "topK")
    guard (1...columns).contains(k) else {
      fatalError("topK(\(k)) of a tensor \(shape): k is 1 to \(columns)")
    }
    var places: [Int] = []
    places.reserveCapacity(count / columns * k)
    for first in stride(from: 0, to: count, by: columns) {
      var best: [Int] = []
      for place in first..<first + columns {
        if best.count == k {
          guard Order.greatest.precedes(pointer[place], pointer[best[k - 1]]) else { continue }
          best.removeLast()
        }
        var rank = best.count
        while rank > 0, Order.greatest.precedes(pointer[place], pointer[best[rank - 1]]) {
          rank -= 1
        }
        best.insert(place, at: rank)
      }
      places += best
    }
    let shape = shape.with(k, at: self.shape.count - 1)
    return (
      picked(at: places, shape: shape),
      Indices(places.map { Int32($0 % columns) }, shape: shape)
    )
  }
}

/// Which of two elements comes first; NaN before every number.
private enum Order {
  case greatest, smallest

  @inline(__always)
  func precedes(_ a: Float, _ b: Float) -> Bool {
    if b.isNaN { return false }
    return a.isNaN || (self == .greatest ? a > b : a < b)
  }
}

extension Tensor {
  private func extreme(
    _ operation: StaticString, _ axis: Int, keepsAxis: Bool, _ order: Order
  ) -> Tensor {
    let axis = shape.axis(axis, of: operation)
    return picked(
      at: extremePlaces(operation, axis, order),
      shape: shape.reduced(along: axis, keepsAxis: keepsAxis))
  }

  private func extremeIndices(
    _ operation: StaticString, _ axis: Int, keepsAxis: Bool, _ order: Order
  ) -> Indices {
    let axis = shape.axis(axis, of: operation)
    let (_, length, inner) = shape.split(at: axis)
    return Indices(
      extremePlaces(operation, axis, order).map { Int32($0 / inner % length) },
      shape: shape.reduced(along: axis, keepsAxis: keepsAxis))
  }

  /// The places of the elements that come first along an axis.
  private func extremePlaces(_ operation: StaticString, _ axis: Int, _ order: Order) -> [Int] {
    let (outer, length, inner) = shape.split(at: axis)
    requireElements(length, of: operation)
    var places: [Int] = []
    places.reserveCapacity(outer * inner)
    for block in 0..<outer {
      let first = block * length * inner
      let begin = places.count
      places += first..<first + inner
      for place in first + inner..<first + length * inner {
        let target = begin + (place - first) % inner
        if order.precedes(pointer[place], pointer[places[target]]) { places[target] = place }
      }
    }
    return places
  }

  /// The elements at some places, none of them twice, in a shape.
  func picked(at places: [Int], shape: Shape) -> Tensor {
    let result = Tensor(uninitialized: shape)
    for (index, place) in places.enumerated() { result.pointer[index] = pointer[place] }
    return result.recorded(from: self) { [original = self.shape] gradient in
      let dx = Tensor(zeros: original)
      for (index, place) in places.enumerated() { dx.pointer[place] = gradient.pointer[index] }
      return [dx]
    }
  }
}
