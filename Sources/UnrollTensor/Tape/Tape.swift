#if canImport(Darwin)
import Darwin
#elseif canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

/// The record of operations of one call of `valueAndGradient`: for each, what it used, what it made, and its backward step.
///
/// A tape is open until its gradients are computed; from then on its nodes count for nothing, and a tensor that was kept is a
/// constant. Only the thread that made it records on it.
package final class Tape: @unchecked Sendable {
  /// Gradients with respect to the results (`nil`: none came back) into gradients with respect to the operands.
  package typealias Pullback = ([Tensor?]) -> [Tensor?]

  private struct Entry {
    let operands: [Int?]
    let firstResult: Int
    let shapes: [Shape]
    let pullback: Pullback
  }

  private let owner = pthread_self()
  private var entries: [Entry] = []
  package private(set) var nodeCount = 0
  fileprivate private(set) var isOpen = true

  /// What the gradient of the result is, which all others are multiplied by.
  let seed: Float

  package init(seed: Float = 1) { self.seed = seed }

  /// The same values with a node of this tape.
  package func variable(_ tensor: Tensor) -> Tensor {
    guard !tensor.isRecorded else {
      fatalError(
        "valueAndGradient inside another call, of a model that the other call records: there are no gradients of gradients; give the inner call the model from outside"
      )
    }
    return withNode(tensor)
  }

  private func withNode(_ tensor: Tensor) -> Tensor {
    var copy = tensor
    copy.node = Node(tape: self, index: nodeCount)
    nodeCount += 1
    return copy
  }

  fileprivate func record(
    _ results: [Tensor], from operands: [Tensor], _ pullback: @escaping Pullback
  ) -> [Tensor] {
    guard pthread_equal(owner, pthread_self()) != 0 else {
      fatalError(
        "The closure of valueAndGradient computes on a second thread: operations on its model belong to the thread that called it"
      )
    }
    let first = nodeCount
    let recorded = results.map { withNode($0) }
    entries.append(
      Entry(
        operands: operands.map { holds($0) ? $0.node?.index : nil }, firstResult: first,
        shapes: results.map(\.shape), pullback: pullback))
    return recorded
  }

  /// Whether a tensor depends on what this tape records.
  package func holds(_ tensor: Tensor) -> Bool { isOpen && tensor.node?.tape === self }

  /// Lets go of all entries, which hold tensors that hold the tape. Its nodes are constants from now on.
  package func close() {
    entries.removeAll()
    isOpen = false
  }

  /// The gradients of a scalar with respect to all nodes, by index; the tape is closed then.
  ///
  /// Entries are let go of as soon as they are done.
  package func gradients(of scalar: Tensor) -> [Tensor?] {
    guard scalar.count == 1 else {
      fatalError(
        "Only a scalar has a gradient, not a tensor of shape \(scalar.shape): take its sum or mean")
    }
    defer { close() }
    guard holds(scalar) || !scalar.isRecorded else {
      fatalError(
        "The result belongs to another call of valueAndGradient, around this one: use detached() on what is a constant here"
      )
    }
    var gradients = [Tensor?](repeating: nil, count: nodeCount)
    guard holds(scalar), let start = scalar.node else { return gradients }
    gradients[start.index] = Tensor(repeating: seed, shape: scalar.shape)
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

/// Attaches the results of an operation to the open tape that its operands are on, if any is.
func recorded(
  _ results: [Tensor], from operands: [Tensor], pullback: @escaping Tape.Pullback
) -> [Tensor] {
  guard let tape = openTape(of: operands) else { return results }
  return tape.record(results, from: operands, pullback)
}

func openTape(of operands: [Tensor]) -> Tape? {
  var found: Tape?
  for operand in operands {
    guard let tape = operand.node?.tape, tape.isOpen, tape !== found else { continue }
    guard found == nil else {
      fatalError(
        "An operation on tensors of two calls of valueAndGradient, one inside the other: use detached() on what is a constant for the inner call"
      )
    }
    found = tape
  }
  return found
}

extension Tensor {
  /// This result of an operation with one result, attached to the open tape that its operands are on, if any is.
  func recorded(
    from operands: Tensor..., pullback: @escaping (Tensor) -> [Tensor?]
  ) -> Tensor {
    guard let tape = openTape(of: operands) else { return self }
    return tape.record([self], from: operands) { gradients in
      gradients[0].map(pullback) ?? []
    }[0]
  }

  /// Whether operations on this tensor are recorded: whether it is on a tape that is open.
  var isRecorded: Bool { node?.tape.isOpen ?? false }

  /// Adds a tensor of the same shape to this one.
  mutating func accumulate(_ other: Tensor) {
    guard shape == other.shape else {
      fatalError("Gradients of the shapes \(shape) and \(other.shape) for one tensor")
    }
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
