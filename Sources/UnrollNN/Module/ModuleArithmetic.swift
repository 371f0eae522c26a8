internal import UnrollTensor

extension Module {
  /// Adds the parameters of another value of the same model, such as the gradient of another part of a batch.
  package mutating func add(_ other: Self) {
    combine(with: other) { own, other, count in kernels.add(own, other, into: own, count: count) }
  }

  /// Moves every parameter towards that of another value of the same model by a share of the way: p += share (q − p).
  package mutating func approach(_ other: Self, by share: Float) {
    combine(with: other) { own, other, count in
      kernels.approach(other, by: share, own, count: count)
    }
  }

  /// Calls `body` with each run of elements of this value's parameters and of the other's, on all threads.
  private mutating func combine(
    with other: Self,
    _ body: (_ own: UnsafeMutablePointer<Float>, _ other: UnsafePointer<Float>, Int) -> Void
  ) {
    var others = other.parameters.makeIterator()
    forEachParameter { name, parameter in
      guard let (otherName, value) = others.next(), otherName == name,
        value.shape == parameter.shape
      else {
        fatalError("Another model has no \(name) \(parameter.shape): it has to be the same model")
      }
      parameter.withUnsafeMutableElements { elements in
        guard let base = elements.baseAddress else { return }
        forEachRange(of: elements.count, grain: elementGrain) { range in
          body(base + range.lowerBound, value.pointer + range.lowerBound, range.count)
        }
      }
    }
  }
}
