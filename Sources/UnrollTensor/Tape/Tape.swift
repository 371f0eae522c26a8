/// The record of operations of one call of `valueAndGradient`: for each, what it used, what it made, and its backward step.
package final class Tape: @unchecked Sendable {
  /// Gradients with respect to the results (`nil`: none came back) into gradients with respect to the operands.
  package typealias Pullback = ([Tensor?]) -> [Tensor?]

  private struct Entry {
    let operands: [Int?]
    let firstResult: Int
    let shapes: [Shape]
    let pullback: Pullback
  }

  private var entries: [Entry] = []
  package private(set) var nodeCount = 0

  package init() {}

  /// The same values with a node of this tape.
  package func variable(_ tensor: Tensor) -> Tensor {
    var copy = tensor
    copy.node = Node(tape: self, index: nodeCount)
    nodeCount += 1
    return copy
  }

  fileprivate func record(
    _ results: [Tensor], from operands: [Tensor], _ pullback: @escaping Pullback
  ) -> [Tensor] {
    let first = nodeCount
    let recorded = results.map { variable($0) }
    entries.append(
      Entry(
        operands: operands.map { $0.node?.index }, firstResult: first, shapes: results.map(\.shape),
        pullback: pullback))
    return recorded
  }

  /// Lets go of all entries, which hold tensors that hold the tape.
  package func removeAll() { entries.removeAll() }

  /// The gradients of a scalar with respect to all nodes, by index.
  ///
  /// Entries are let go of as soon as they are done.
  package func gradients(of scalar: Tensor) -> [Tensor?] {
    precondition(
      scalar.count == 1, "Only a scalar has a gradient, not a tensor of shape \(scalar.shape)")
    defer { removeAll() }
    var gradients = [Tensor?](repeating: nil, count: nodeCount)
    guard let start = scalar.node else { return gradients }
    precondition(start.tape === self, "The result was recorded by another call of valueAndGradient")
    gradients[start.index] = Tensor(repeating: 1, shape: scalar.shape)
    while let entry = entries.popLast() {
      let results = entry.firstResult..<entry.firstResult + entry.shapes.count
      guard results.contains(where: { gradients[$0] != nil }) else { continue }
      let incoming = Array(gradients[results])
      for index in results { gradients[index] = nil }
      for (operand, gradient) in zip(entry.operands, entry.pullback(incoming)) {
        guard let operand, let gradient else { continue }
        if gradients[operand] == nil {
          gradients[operand] = gradient
        } else {
          gradients[operand]?.accumulate(gradient)
        }
      }
    }
    return gradients
  }
}

/// A tensor's place on a tape.
package struct Node: Sendable {
  let tape: Tape
  let index: Int
}

/// Attaches the results of an operation to the tape that its operands are on, if any is.
func recorded(
  _ results: [Tensor], from operands: [Tensor], pullback: @escaping Tape.Pullback
) -> [Tensor] {
  guard let tape = operands.lazy.compactMap(\.node?.tape).first else { return results }
  return tape.record(results, from: operands, pullback)
}

extension Tensor {
  /// This result of an operation with one result, attached to the tape that its operands are on, if any is.
  func recorded(
    from operands: Tensor..., pullback: @escaping (Tensor) -> [Tensor?]
  ) -> Tensor {
    guard let tape = operands.lazy.compactMap(\.node?.tape).first else { return self }
    return tape.record([self], from: operands) { gradients in
      gradients[0].map(pullback) ?? []
    }[0]
  }

  var isRecorded: Bool { node != nil }

  /// Adds a tensor of the same shape to this one.
  mutating func accumulate(_ other: Tensor) {
    precondition(
      shape == other.shape, "Gradients of the shapes \(shape) and \(other.shape) for one tensor")
    withUnsafeMutableElements { target in
      guard let base = target.baseAddress else { return }
      forEachRange(of: target.count, grain: 1 << 15) { range in
        kernels.add(
          base + range.lowerBound, other.pointer + range.lowerBound, into: base + range.lowerBound,
          count: range.count)
      }
    }
  }
}
