extension NormalizationTable {
  /// Normalises scalars: decomposes them, puts marks in their order, and composes what can be.
  func normalize(_ scalars: [UInt32], into result: inout [UInt32]) {
    result.removeAll(keepingCapacity: true)
    for scalar in scalars { appendDecomposition(of: scalar, to: &result) }
    order(&result)
    compose(&result)
  }

  /// Sorts the marks between two starters by their class, equals in their order.
  private func order(_ scalars: inout [UInt32]) {
    var start = 0
    while start < scalars.count {
      guard combiningClass(of: scalars[start]) != 0 else {
        start += 1
        continue
      }
      let end =
        scalars[start...].firstIndex { combiningClass(of: $0) == 0 } ?? scalars.count
      if end - start > 1 {
        // The sort of the standard library is stable, though not by promise: the place decides.
        let marks = scalars[start..<end].enumerated().map {
          (class: combiningClass(of: $1), place: $0, scalar: $1)
        }
        let sorted = marks.sorted { ($0.class, $0.place) < ($1.class, $1.place) }
        scalars.replaceSubrange(start..<end, with: sorted.map(\.scalar))
      }
      start = end
    }
  }

  /// Replaces a starter and what composes with it, unless something of the same class or a starter is
  /// between them (UAX #15, D117).
  func compose(_ scalars: inout [UInt32]) {
    var count = 0
    var starter: Int?
    var lastClass: UInt8 = 0
    for scalar in scalars {
      let combiningClass = combiningClass(of: scalar)
      if let starter {
        let isNeighbour = starter == count - 1
        if isNeighbour || lastClass < combiningClass,
          let composed = composition(of: scalars[starter], scalar)
        {
          scalars[starter] = composed
          continue
        }
      }
      if combiningClass == 0 { starter = count }
      lastClass = combiningClass
      scalars[count] = scalar
      count += 1
    }
    scalars.removeSubrange(count...)
  }
}
