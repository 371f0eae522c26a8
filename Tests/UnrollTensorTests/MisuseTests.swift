import Testing
import UnrollTensor
import UnrollTestSupport

/// What a program gets wrong stops it, in every build, with a sentence that has the shapes.
@Suite struct MisuseTests {
  private static let matrix = Tensor(zeros: [2, 3])

  @Test(arguments: table.indices)
  func misuseEndsTheProgramWithItsSentence(_ index: Int) async {
    let result = await #expect(
      processExitsWith: .failure, observing: [\.standardErrorContent]
    ) { [index = index as Int] in MisuseTests.table[index].commit() }
    Self.table[index].expectSentence(in: result)
  }

  static let table = values + shapes + axes + operations + indices + recurrences + gradients

  private static let values = [
    Misuse("3 elements cannot have the shape [2]") { _ = Tensor([1, 2, 3], shape: [2]) },
    Misuse("The rows of a matrix have equally many elements, not [2, 1]") {
      _ = Tensor([[1, 2], [3]])
    },
    Misuse("A tensor of shape [2, 3] is not a scalar: it has 6 elements") { _ = matrix.scalar },
    Misuse("[1, -1] is no shape: the sizes of axes are 0 to 2147483647, not -1") {
      _ = Shape([1, -1])
    },
    Misuse("[1, 1, 1, 1, 1, 1, 1] has more than 6 axes") { _ = Shape([1, 1, 1, 1, 1, 1, 1]) },
    Misuse("Axis 0 of [2, 3] cannot have the size -7") {
      var shape: Shape = [2, 3]
      shape[0] = -7
      _ = Tensor(zeros: shape)
    },
    Misuse("2 indices cannot have the shape [3]") { _ = Indices([1, 2], shape: [3]) },
    Misuse("Indices of shape [2] are not a scalar: they have 2 elements") {
      _ = Indices([1, 2], shape: [2]).scalar
    },
    Misuse("1 truth values cannot have the shape [2]") { _ = Mask([true], shape: [2]) },
    Misuse("A mask of 3 steps needs lengths of 0 to 3, not [1, 4]") {
      _ = Mask(lengths: [1, 4], steps: 3)
    },
    Misuse("The number of threads is 1 ... 256, not 0") { Threads.withCount(0) {} },
    Misuse("The number of threads is 1 ... 256, not 257") { Threads.withCount(257) {} },
  ]

  private static let shapes = [
    Misuse("[2, 3] + [2]: axis -1 has 3 and 2 elements; they have to be equal, or one of them 1") {
      _ = matrix + Tensor(zeros: [2])
    },
    Misuse("[4] - [2, 3]: axis -1 has 4 and 3 elements; they have to be equal, or one of them 1") {
      _ = Tensor(zeros: [4]) - matrix
    },
    Misuse(
      "[2, 3] * [3, 1]: axis -2 has 2 and 3 elements; they have to be equal, or one of them 1"
    ) { _ = matrix * Tensor(zeros: [3, 1]) },
    Misuse(
      "[2, 3] / [5, 1, 2]: axis -1 has 3 and 2 elements; they have to be equal, or one of them 1"
    ) { _ = matrix / Tensor(zeros: [5, 1, 2]) },
    Misuse("[2, 3] .< [2]: axis -1 has 3 and 2 elements; they have to be equal, or one of them 1") {
      _ = matrix .< Tensor(zeros: [2])
    },
    Misuse("[2, 3] reshaped to [4, -1]: 6 elements do not fit") { _ = matrix.reshaped([4, -1]) },
    Misuse("[2, 3] reshaped to [-1, -1]: only one axis can be -1") {
      _ = matrix.reshaped([-1, -1])
    },
    Misuse("[2, 3] reshaped to [7]: 6 elements do not become 7") {
      _ = matrix.reshaped(Shape([7]))
    },
    Misuse("[2] reshaped to [3]: 2 elements do not become 3") {
      _ = Indices([1, 2], shape: [2]).reshaped(Shape([3]))
    },
    Misuse("concatenate of [2, 3], [2, 4]: all axes but axis 0 have to be equal") {
      _ = concatenate([matrix, Tensor(zeros: [2, 4])], axis: 0)
    },
    Misuse("concatenate of [2, 3], [3]: all axes but axis 1 have to be equal") {
      _ = concatenate([matrix, Tensor(zeros: [3])], axis: -1)
    },
    Misuse("concatenate of no parts") { _ = concatenate([Tensor](), axis: 0) },
    Misuse("stack of [2, 3], [3]: all shapes have to be equal") {
      _ = stack([matrix, Tensor(zeros: [3])])
    },
    Misuse("stack: [2, 2, 3] has no axis 3: its axes are 0 to 2, or -1 to -3 from the end") {
      _ = stack([matrix, matrix], axis: 3)
    },
    Misuse("stack of no parts") { _ = stack([Tensor]()) },
    Misuse("stack of [1, 1, 1, 1, 1, 1]: there would be more than 6 axes") {
      _ = stack([Tensor(zeros: [1, 1, 1, 1, 1, 1])])
    },
    Misuse("A mask [4, 2, 3] has more elements than the tensor [2, 3]") {
      _ = matrix.replacing(
        with: 0, where: Mask(Array(repeating: true, count: 24), shape: [4, 2, 3]))
    },
  ]

  private static let axes = [
    Misuse("[2, 3] has no axis 2: its axes are 0 to 1, or -1 to -2 from the end") {
      _ = matrix.shape[2]
    },
    Misuse("sum: [2, 3] has no axis -3: its axes are 0 to 1, or -1 to -2 from the end") {
      _ = matrix.sum(axis: -3)
    },
    Misuse("sum: [3] has no axis 1: its only axis is 0, or -1") {
      _ = Tensor([1, 2, 3]).sum(axis: 1)
    },
    Misuse("max: [] has no axes, so no axis 0") { _ = Tensor(1).max(axis: 0) },
    Misuse("softmax: [] has no axes, so no axis -1") { _ = softmax(Tensor(1)) },
    Misuse("transposed: [2, 3] has no axis 2: its axes are 0 to 1, or -1 to -2 from the end") {
      _ = matrix.transposed(0, 2)
    },
    Misuse("sum: [1, -1] names an axis of [2, 3] twice") { _ = matrix.sum(axes: [1, -1]) },
    Misuse("sliced: 1..<3 is not within the 2 elements of axis 0 of [2, 3]") {
      _ = matrix.sliced(1..<3, axis: 0)
    },
    Misuse("sliced: -1..<1 is not within the 3 elements of axis 1 of [2, 3]") {
      _ = matrix.sliced(-1..<1, axis: -1)
    },
    Misuse("The index 2 is outside the 2 elements of the first axis of [2, 3]") { _ = matrix[2] },
    Misuse("The index -3 is outside the 2 elements of the first axis of [2, 3]") {
      _ = matrix[-3]
    },
    Misuse("subscript: [] has no axes, so no axis 0") { _ = Tensor(1)[0] },
    Misuse("The range 1 ..< 4 is outside the 2 elements of the first axis of [2, 3]") {
      _ = matrix[1...3]
    },
    Misuse("The range 3 ..< 2 is outside the 2 elements of the first axis of [2, 3]") {
      _ = matrix[3...]
    },
    Misuse("The range 0 ..< -1 is outside the 2 elements of the first axis of [2, 3]") {
      _ = matrix[..<(-1)]
    },
    Misuse("reversedInTime: 2 rows need as many lengths of 0 ... 2, not [1, 3]") {
      _ = Tensor(zeros: [2, 2]).reversedInTime(lengths: [1, 3])
    },
    Misuse("reversedInTime: 3 rows need as many lengths of 0 ... 2, not [1, 2]") {
      _ = matrix.reversedInTime(lengths: [1, 2])
    },
    Misuse("reversedInTime needs axes [T, N, …], not [2]") {
      _ = Tensor(zeros: [2]).reversedInTime()
    },
  ]

  private static let operations = [
    Misuse("matmul of [2, 3] and [2, 3]: rows of 3 elements do not meet columns of 2") {
      _ = matmul(matrix, matrix)
    },
    Misuse(
      "matmul of [2, 3] and [1, 3, 2]: the axes in front of the matrices have to be equal, or b a single matrix"
    ) { _ = matmul(matrix, Tensor(zeros: [1, 3, 2])) },
    Misuse("matmul needs matrices, not [2, 3] and [3]") { _ = matmul(matrix, Tensor(zeros: [3])) },
    Misuse("linear of [2, 3] with a weight [4, 2]: shapes are […, in] and [out, in]") {
      _ = linear(matrix, weight: Tensor(zeros: [4, 2]), bias: nil)
    },
    Misuse("linear with a weight [4, 3] needs a bias [4], not [3]") {
      _ = linear(matrix, weight: Tensor(zeros: [4, 3]), bias: Tensor(zeros: [3]))
    },
    Misuse("layerNorm of [2, 3] needs weight and bias [3], not [3] and [2]") {
      _ = layerNorm(matrix, weight: Tensor(zeros: [3]), bias: Tensor(zeros: [2]))
    },
    Misuse("layerNorm of a tensor [2, 0], which has no elements along a last axis") {
      _ = layerNorm(Tensor(zeros: [2, 0]), weight: Tensor(zeros: [0]), bias: Tensor(zeros: [0]))
    },
    Misuse("mean over no elements, of a tensor [0]") { _ = Tensor(zeros: [0]).mean() },
    Misuse("mean over no elements, of a tensor [3, 0]") {
      _ = Tensor(zeros: [3, 0]).mean(axis: 1)
    },
    Misuse("max over no elements, of a tensor [0]") { _ = Tensor(zeros: [3, 0]).max() },
    Misuse("argmax over no elements, of a tensor [3, 0]") { _ = Tensor(zeros: [3, 0]).argmax() },
    Misuse("topK(4) of a tensor [2, 3]: k is 1 to 3") { _ = matrix.topK(4) },
    Misuse("topK(0) of a tensor [2, 3]: k is 1 to 3") { _ = matrix.topK(0) },
    Misuse("The dropout probability is 0 ... 1, not 1.5") {
      var stream = RandomStream(seed: 1, purpose: .dropout)
      _ = dropout(matrix, probability: 1.5, using: &stream)
    },
    Misuse("The label smoothing is 0 ... 1, not -0.1") {
      _ = crossEntropy(matrix, Indices([0, 1], shape: [2]), labelSmoothing: -0.1)
    },
    Misuse("crossEntropy over 3 classes needs weights [3], not [2]") {
      _ = crossEntropy(matrix, Indices([0, 1], shape: [2]), classWeights: Tensor(zeros: [2]))
    },
  ]

  private static let indices = [
    Misuse("embedding: the index 2 is outside 0 ..< 2") {
      _ = embedding(matrix, Indices([2], shape: [1]))
    },
    Misuse("embedding: the padding index 2 is outside 0 ..< 2") {
      _ = embedding(matrix, Indices([1], shape: [1]), paddingIndex: 2)
    },
    Misuse("embedding needs a table [V, D], not [3]") {
      _ = embedding(Tensor(zeros: [3]), Indices([2], shape: [1]))
    },
    Misuse("gather: the index -1 is outside 0 ..< 3") {
      _ = gather(matrix, Indices([0, -1], shape: [2]))
    },
    Misuse("gather of [2, 3] needs an index for each row, not indices [3]") {
      _ = gather(matrix, Indices([0, 0, 0], shape: [3]))
    },
    Misuse("crossEntropy: the index 3 is outside 0 ..< 3") {
      _ = crossEntropy(matrix, Indices([0, 3], shape: [2]))
    },
    Misuse("crossEntropy of logits [2, 3] needs a target for each row, not targets [3]") {
      _ = crossEntropy(matrix, Indices([0, 0, 0], shape: [3]))
    },
  ]

  private static let recurrences = [
    Misuse("Recurrent weights need two biases [4], or none") {
      run(inputBias: Tensor(zeros: [4]))
    },
    Misuse("Recurrent weights [4, 3] and [4, 4] with 3 gates") { run(.gru) },
    Misuse("Initial states [1, 4] and [1, 4] for 1 rows of 4 units") { run(cellSize: 4) },
    Misuse("An input [2, 1] for a layer of input size 3") { run(input: Tensor(zeros: [2, 1])) },
    Misuse("An input [2, 1, 4] for a layer of input size 3") {
      run(input: Tensor(zeros: [2, 1, 4]))
    },
    Misuse("An input [2] for a layer of input size 3") { run(input: Tensor(zeros: [2])) },
    Misuse("1 rows need as many lengths of 1 ... 2, not [0]") { run(lengths: [0]) },
    Misuse("1 rows need as many lengths of 1 ... 2, not [3]") { run(lengths: [3]) },
  ]

  @Sendable private static func run(
    _ cell: RecurrentCell = .rnnTanh, input: Tensor = Tensor(zeros: [2, 1, 3]),
    inputBias: Tensor? = nil, cellSize: Int = 0,
    lengths: [Int32]? = nil
  ) {
    let weights = RecurrentWeights(
      input: Tensor(zeros: [4, 3]), recurrent: Tensor(zeros: [4, 4]), inputBias: inputBias)
    _ = recurrentSequence(
      cell, .vectors(input), weights, initialHidden: Tensor(zeros: [1, 4]),
      initialCell: Tensor(zeros: [1, cellSize]), lengths: lengths)
  }

  @Test func lengthsWithinTheStepsAreNoMisuse() {
    Self.run(lengths: [2])
  }

  private static let gradients = [
    Misuse("Only a scalar has a gradient, not a tensor of shape [2, 3]: take its sum or mean") {
      let tape = Tape()
      _ = tape.gradients(of: tape.variable(matrix))
    },
    Misuse(
      "The result belongs to another call of valueAndGradient, around this one: use detached() on what is a constant here"
    ) {
      let variable = Tape().variable(Tensor(1))
      _ = Tape().gradients(of: variable)
    },
  ]
}
