import Testing
import UnrollTensor
import UnrollTestSupport

@Suite struct BufferPoolTests {
  @Test func classesCoverEverySizeAndWasteAtMostAQuarter() {
    let powers = (12...40).map { 1 << $0 }
    for size in Array(0...5000) + powers.flatMap({ [$0 - 1, $0, $0 + 1, $0 / 8 * 5] }) {
      let capacity = BufferPool.capacity(sizeClass: BufferPool.sizeClass(floats: size))
      #expect(capacity >= size && capacity * 4 <= size * 5 + 64)
      #expect(BufferPool.sizeClass(floats: capacity) == BufferPool.sizeClass(floats: size))
    }
  }

  @Test func buffersAreAligned() {
    let tensors = [1, 17, 1000, 600_000, 1, 3_000_000].map { Tensor(zeros: [$0]) }
    for tensor in tensors { #expect(UInt(bitPattern: tensor.pointer) % 64 == 0) }
  }

  /// In a process of its own, since the pool is one for all.
  @Test func repeatedStepsAskForNoMemory() async {
    await #expect(processExitsWith: .success) {
      let layers = RecurrentCase.all(hiddenSizes: [16])
      var allocations: [Int] = []
      for _ in 0..<5 {
        for layer in layers { _ = layer.resultsAndGradients() }
        let tape = Tape()
        let x = tape.variable(.random([9, 40], seed: 1))
        let weight = tape.variable(.random([50, 40], seed: 2))
        let logits = linear(tanh(x), weight: weight, bias: nil)
        let loss = crossEntropy(logits, .random([9], below: 50, seed: 3))
        _ = tape.gradients(of: loss)
        allocations.append(BufferPool.allocationCount)
      }
      #expect(allocations[0] > 0)
      #expect(allocations[1...].allSatisfy { $0 == allocations[1] })
    }
  }
}
