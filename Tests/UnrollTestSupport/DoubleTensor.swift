package import UnrollTensor

/// A tensor in double precision, row by row: what the slow reference computes with.
package struct DoubleTensor: Sendable, Equatable {
  package var shape: [Int]
  package var elements: [Double]

  package init(_ elements: [Double], shape: [Int]) {
    precondition(elements.count == shape.reduce(1, *), "\(elements.count) elements for \(shape)")
    self.elements = elements
    self.shape = shape
  }

  package init(zeros shape: [Int]) {
    self.init(Array(repeating: 0, count: shape.reduce(1, *)), shape: shape)
  }

  /// The same values, which double precision holds exactly.
  package init(_ tensor: Tensor) {
    self.init(tensor.elements.map(Double.init), shape: Array(tensor.shape))
  }

  package func map(_ transform: (Double) -> Double) -> DoubleTensor {
    DoubleTensor(elements.map(transform), shape: shape)
  }

  /// The length of the last axis.
  var width: Int { shape[shape.count - 1] }

  /// Runs over the last axis.
  package var rows: [[Double]] {
    stride(from: 0, to: elements.count, by: width).map { Array(elements[$0..<$0 + width]) }
  }
}
