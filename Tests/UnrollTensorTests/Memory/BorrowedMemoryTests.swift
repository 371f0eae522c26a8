import Testing
import UnrollTensor
import UnrollTestSupport

/// Memory that a test lends to tensors, and that says when nobody needs it any more.
private final class Lender: @unchecked Sendable {
  let memory: UnsafeMutableBufferPointer<Float>
  private let onEnd: () -> Void

  /// - Parameter offset: floats between an aligned place and the first element.
  init(_ elements: [Float], offset: Int = 0, onEnd: @escaping () -> Void = {}) {
    memory = .allocate(capacity: elements.count + offset)
    for (index, element) in elements.enumerated() { memory[offset + index] = element }
    self.onEnd = onEnd
  }

  deinit {
    memory.deallocate()
    onEnd()
  }
}

@Suite struct BorrowedMemoryTests {
  private let elements = (0..<600).map { Float($0 * 37 % 101) - 50 }

  @Test func tensorReadsTheMemoryAndCopiesItBeforeChanging() {
    let lender = Lender(elements)
    let borrowed = UnsafeBufferPointer(lender.memory)
    var tensor = Tensor(borrowing: borrowed, from: lender, shape: [20, 30])
    #expect(UnsafePointer(tensor.pointer) == borrowed.baseAddress)
    #expect(tensor.elements == elements)
    tensor.withUnsafeMutableElements { $0[7] = 1000 }
    #expect(tensor.elements[7] == 1000)
    #expect(Array(borrowed) == elements)
  }

  @Test func ownerLivesAsLongAsATensorOfIt() {
    nonisolated(unsafe) var hasEnded = false
    var tensor: Tensor?
    do {
      let lender = Lender(elements) { hasEnded = true }
      tensor = Tensor(
        borrowing: UnsafeBufferPointer(lender.memory), from: lender, shape: [600])
    }
    #expect(!hasEnded)
    #expect(tensor?.elements == elements)
    tensor = nil
    #expect(hasEnded)
  }

  @Test(arguments: [0, 1, 2, 3, 5])
  func productsAreThoseOfOwnMemory(offset: Int) {
    let lender = Lender(elements, offset: offset)
    let floats = UnsafeBufferPointer(rebasing: lender.memory[offset...])
    let borrowed = Tensor(borrowing: floats, from: lender, shape: [20, 30])
    let owned = Tensor(elements, shape: [20, 30])
    let x = Tensor.random([7, 30], seed: 1)
    expectEqualBits(linear(x, weight: borrowed, bias: nil), linear(x, weight: owned, bias: nil))
    expectEqualBits(tanh(borrowed), tanh(owned))
    let tokens = Indices([3, 19, 0], shape: [3])
    expectEqualBits(
      embedding(borrowed, tokens, paddingIndex: nil), embedding(owned, tokens, paddingIndex: nil))
  }
}
