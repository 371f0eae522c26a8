import Testing
import UnrollTensor

/// What a program gets wrong stops it, with a sentence.
@Suite struct MisuseTests {
  private static let matrix = Tensor(zeros: [2, 3])

  @Test func elementsThatDoNotFitAShape() async {
    await #expect(processExitsWith: .failure) { _ = Tensor([1, 2, 3], shape: [2]) }
    await #expect(processExitsWith: .failure) { _ = Self.matrix.reshaped([4, -1]) }
    await #expect(processExitsWith: .failure) { _ = Self.matrix.reshaped([-1, -1]) }
    await #expect(processExitsWith: .failure) { _ = Shape([1, -1]) }
    await #expect(processExitsWith: .failure) { _ = Shape([1, 1, 1, 1, 1, 1, 1]) }
    await #expect(processExitsWith: .failure) { _ = Self.matrix.scalar }
  }

  @Test func shapesThatDoNotMeet() async {
    await #expect(processExitsWith: .failure) { _ = Self.matrix + Tensor(zeros: [2]) }
    await #expect(processExitsWith: .failure) { _ = matmul(Self.matrix, Self.matrix) }
    await #expect(processExitsWith: .failure) {
      _ = matmul(Self.matrix, Tensor(zeros: [1, 3, 2]))
    }
    await #expect(processExitsWith: .failure) {
      _ = linear(Self.matrix, weight: Tensor(zeros: [4, 3]), bias: Tensor(zeros: [3]))
    }
    await #expect(processExitsWith: .failure) {
      _ = concatenate([Self.matrix, Tensor(zeros: [2, 4])], axis: 0)
    }
    await #expect(processExitsWith: .failure) { _ = Self.matrix.sliced(1..<3, axis: 0) }
    await #expect(processExitsWith: .failure) { _ = softmax(Tensor(1)) }
  }

  @Test func indicesOutsideTheirTable() async {
    await #expect(processExitsWith: .failure) {
      _ = embedding(Self.matrix, Indices([2], shape: [1]))
    }
    await #expect(processExitsWith: .failure) {
      _ = gather(Self.matrix, Indices([0, -1], shape: [2]))
    }
    await #expect(processExitsWith: .failure) {
      _ = crossEntropy(Self.matrix, Indices([0, 3], shape: [2]))
    }
  }

  @Test func recurrentLayersWithMissingParts() async {
    await #expect(processExitsWith: .failure) { Self.run(inputBias: Tensor(zeros: [4])) }
    await #expect(processExitsWith: .failure) { Self.run(.gru) }
    await #expect(processExitsWith: .failure) { Self.run(cellSize: 4) }
    await #expect(processExitsWith: .failure) { Self.run(lengths: [0]) }
    await #expect(processExitsWith: .failure) { Self.run(lengths: [3]) }
    await #expect(processExitsWith: .success) { Self.run(lengths: [2]) }
  }

  @Test func reversalsPastTheEnd() async {
    await #expect(processExitsWith: .failure) {
      _ = Self.matrix.reversedInTime(lengths: [3, 2, 1])
    }
    await #expect(processExitsWith: .failure) { _ = Self.matrix.reversedInTime(lengths: [1, 2]) }
    await #expect(processExitsWith: .failure) { _ = Tensor(zeros: [2]).reversedInTime() }
  }

  private static func run(
    _ cell: RecurrentCell = .rnnTanh, inputBias: Tensor? = nil, cellSize: Int = 0,
    lengths: [Int32]? = nil
  ) {
    let weights = RecurrentWeights(
      input: Tensor(zeros: [4, 3]), recurrent: Tensor(zeros: [4, 4]), inputBias: inputBias)
    _ = recurrentSequence(
      cell, .vectors(Tensor(zeros: [2, 1, 3])), weights, initialHidden: Tensor(zeros: [1, 4]),
      initialCell: Tensor(zeros: [1, cellSize]), lengths: lengths)
  }

  @Test func numbersOutsideTheirRange() async {
    await #expect(processExitsWith: .failure) { Threads.withCount(0) {} }
    await #expect(processExitsWith: .failure) { Threads.withCount(257) {} }
    await #expect(processExitsWith: .failure) {
      var stream = RandomStream(seed: 1, purpose: .dropout)
      _ = dropout(Self.matrix, probability: 1.5, using: &stream)
    }
    await #expect(processExitsWith: .failure) {
      _ = crossEntropy(Self.matrix, Indices([0, 1], shape: [2]), labelSmoothing: -0.1)
    }
  }

  @Test func gradientsThatDoNotExist() async {
    await #expect(processExitsWith: .failure) {
      let tape = Tape()
      _ = tape.gradients(of: tape.variable(Self.matrix))
    }
    await #expect(processExitsWith: .failure) {
      let variable = Tape().variable(Tensor(1))
      _ = Tape().gradients(of: variable)
    }
  }
}
