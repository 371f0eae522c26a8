/// How two shapes meet in an operation on pairs of elements, by NumPy's rule: axes are matched from the last one, and where one
/// shape has a single element, or no axis any more, that repeats.
struct Broadcast {
  /// The shape of the result.
  let shape: Shape
  /// Neighbouring axes in which the same operand repeats are one; from the last to the first, none of one element.
  let axes: [Axis]

  struct Axis {
    var size: Int
    /// The elements from one place along the axis to the next, 0 where the operand repeats.
    let aStride: Int
    let bStride: Int
  }

  /// The longest piece of the result for which each operand either goes on, element by element, or stays where it is.
  struct Run {
    let place: Int
    let aPlace: Int
    let bPlace: Int
    let count: Int
    fileprivate let aStride: Int
    fileprivate let bStride: Int

    func a(_ index: Int) -> Int { aPlace + index * aStride }
    func b(_ index: Int) -> Int { bPlace + index * bStride }
    var aRepeats: Bool { aStride == 0 }
    var bRepeats: Bool { bStride == 0 }
  }

  init(_ a: Shape, _ b: Shape, of operation: StaticString) {
    var sizes: [Int] = []
    var axes: [Axis] = []
    var (aCount, bCount) = (1, 1)
    for index in 1..<max(a.count, b.count) + 1 {
      let aSize = index <= a.count ? a[a.count - index] : 1
      let bSize = index <= b.count ? b[b.count - index] : 1
      guard aSize == bSize || aSize == 1 || bSize == 1 else {
        fatalError(
          "\(a) \(operation) \(b): axis \(-index) has \(aSize) and \(bSize) elements; they have to be equal, or one of them 1"
        )
      }
      let size = aSize == 1 ? bSize : aSize
      sizes.append(size)
      guard size != 1 else { continue }
      let axis = Axis(
        size: size, aStride: aSize == 1 ? 0 : aCount, bStride: bSize == 1 ? 0 : bCount)
      if let last = axes.last, (last.aStride == 0) == (aSize == 1),
        (last.bStride == 0) == (bSize == 1)
      {
        axes[axes.count - 1].size *= size
      } else {
        axes.append(axis)
      }
      aCount *= aSize
      bCount *= bSize
    }
    shape = Shape(sizes.reversed())
    self.axes = axes.isEmpty ? [Axis(size: 1, aStride: 1, bStride: 1)] : axes
  }

  /// The number of elements of a run.
  var runLength: Int { axes[0].size }

  /// The number of runs.
  var runCount: Int { axes.dropFirst().reduce(1) { $0 * $1.size } }

  /// Calls `body` with some of the runs in order.
  func forEachRun(in range: Range<Int>, _ body: (Run) -> Void) {
    let first = axes[0]
    guard first.size > 0 else { return }
    for index in range {
      var (rest, aPlace, bPlace) = (index, 0, 0)
      for axis in axes.dropFirst() {
        let place = rest % axis.size
        rest /= axis.size
        aPlace += place * axis.aStride
        bPlace += place * axis.bStride
      }
      body(
        Run(
          place: index * first.size, aPlace: aPlace, bPlace: bPlace, count: first.size,
          aStride: first.aStride, bStride: first.bStride))
    }
  }

  /// Calls `body` with all runs, or pieces of a single one, on all threads.
  func forEachRun(_ body: (Run) -> Void) {
    if runCount == 1 {
      let axis = axes[0]
      return forEachRange(of: axis.size, grain: elementGrain) { range in
        let first = range.lowerBound
        body(
          Run(
            place: first, aPlace: first * axis.aStride, bPlace: first * axis.bStride,
            count: range.count, aStride: axis.aStride, bStride: axis.bStride))
      }
    }
    forEachRange(of: runCount, grain: max(1, elementGrain / max(runLength, 1))) { range in
      forEachRun(in: range, body)
    }
  }
}
