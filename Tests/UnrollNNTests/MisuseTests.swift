import Testing
import Unroll
import UnrollTestSupport

/// What a programmer must not do ends the program, in every build, with a sentence.
struct MisuseTests {
  @Test(arguments: table.indices)
  func misuseEndsTheProgramWithItsSentence(_ index: Int) async {
    let result = await #expect(
      processExitsWith: .failure, observing: [\.standardErrorContent]
    ) { [index = index as Int] in MisuseTests.table[index].commit() }
    Self.table[index].expectSentence(in: result)
  }

  static let table = layers + states + optimizers + gradients + losses + modules

  private static let x = Tensor(zeros: [5, 2, 3])
  private static let gru: GRU = {
    var random = MersenneTwister(seed: 0)
    return GRU(inputSize: 3, hiddenSize: 4, layerCount: 2, using: &random)
  }()
  private static let zeros = gru.initialState(batchSize: 2)

  private static func stack(_ configuration: RecurrentStack.Configuration) {
    var random = MersenneTwister(seed: 0)
    _ = RecurrentStack(configuration, using: &random)
  }

  private static let layers = [
    Misuse("A recurrent network has positive sizes, not 3 inputs, 0 units and 1 layers") {
      stack(.init(cell: .lstm, inputSize: 3, hiddenSize: 0))
    },
    Misuse("A recurrent network has positive sizes, not 3 inputs, 4 units and 0 layers") {
      stack(.init(cell: .lstm, inputSize: 3, hiddenSize: 4, layerCount: 0))
    },
    Misuse("Only an LSTM has a projection, smaller than its 4 units: not 2") {
      stack(.init(cell: .gru, inputSize: 3, hiddenSize: 4, projectionSize: 2))
    },
    Misuse("Only an LSTM has a projection, smaller than its 4 units: not 4") {
      stack(.init(cell: .lstm, inputSize: 3, hiddenSize: 4, projectionSize: 4))
    },
    Misuse("The dropout probability is 0 ... 1, not 1.5") { _ = Dropout(1.5) },
    Misuse("The padding index 3 is outside an embedding [3, 4]") {
      var random = MersenneTwister(seed: 0)
      _ = Embedding(vocabularySize: 3, embeddingSize: 4, paddingIndex: 3, using: &random)
    },
    Misuse("The padding index -1 is outside an embedding [3, 4]") {
      // Without its use, an optimizing compiler leaves it out, and the check with it.
      _ = Embedding(weight: Tensor(zeros: [3, 4]), paddingIndex: -1)(Indices([0], shape: [1]))
    },
    Misuse("An embedding of 0 vectors of 4: both are at least 1") {
      var random = MersenneTwister(seed: 0)
      _ = Embedding(vocabularySize: 0, embeddingSize: 4, using: &random)
    },
    Misuse("A linear layer from 3 to 0: both sizes are at least 1") {
      var random = MersenneTwister(seed: 0)
      _ = Linear(inputSize: 3, outputSize: 0, using: &random)
    },
    Misuse("The weight of a linear layer is [out, in] and its bias [out], not [2, 3] and [3]") {
      _ = Linear(weight: Tensor(zeros: [2, 3]), bias: Tensor(zeros: [3]))(Tensor(zeros: [1, 3]))
    },
  ]

  private static let states = [
    Misuse(
      "A state of 2 layers in 1 directions has 2 hidden and 2 cell tensors, not 1 and 1; initialState(batchSize:) makes one of zeros"
    ) {
      _ = gru(x, state: RecurrentState(hidden: [zeros.hidden[0]], cell: [zeros.cell[0]]))
    },
    Misuse(
      "A state of 2 layers in 1 directions has 2 hidden and 2 cell tensors, not 2 and 0; initialState(batchSize:) makes one of zeros"
    ) {
      _ = gru(x, state: RecurrentState(hidden: zeros.hidden, cell: []))
    },
    Misuse(
      "The state of 2 rows has hidden tensors [2, 4] and cell tensors [2, 0], not [3, 4] and [3, 0]"
    ) {
      _ = gru(x, state: gru.initialState(batchSize: 3))
    },
    Misuse(
      "The state of 2 rows has hidden tensors [2, 4] and cell tensors [2, 0], not [2, 5] and [2, 0]"
    ) {
      var state = zeros
      state.hidden[1] = Tensor(zeros: [2, 5])
      _ = gru(x, state: state)
    },
    Misuse(
      "A layer of input size 3 reads sequences [T, N, 3], not [5, 2, 4]; step(_:) reads one step"
    ) { _ = gru(Tensor(zeros: [5, 2, 4])) },
    Misuse("A layer of input size 3 reads sequences [T, N, 3], not [2, 3]; step(_:) reads one step")
    {
      _ = gru(Tensor(zeros: [2, 3]))
    },
    Misuse("A layer reads sequences of tokens [T, N], not [2]; step(_:) reads one step") {
      _ = gru(.oneHot(Indices([0, 1], shape: [2])))
    },
    Misuse("One step of vectors is [N, D], not [5, 2, 3]; a sequence is layer(x)") {
      _ = gru.step(x)
    },
    Misuse("One step of tokens is [N], not [1, 2]; a sequence is layer(tokens)") {
      _ = gru.step(.oneHot(Indices([0, 1], shape: [1, 2])))
    },
    Misuse("A bidirectional layer has no single step: it reads sequences from both ends") {
      var random = MersenneTwister(seed: 0)
      _ = GRU(inputSize: 3, hiddenSize: 4, bidirectional: true, using: &random).step(
        Tensor(zeros: [2, 3]))
    },
    Misuse("2 rows need as many lengths of 1 ... 5, not [5, 0]") {
      _ = gru(x, state: zeros, lengths: [5, 0])
    },
    Misuse("2 rows need as many lengths of 1 ... 5, not [5, 6]") {
      _ = gru(x, state: zeros, lengths: [5, 6])
    },
    Misuse("2 rows need as many lengths of 1 ... 5, not [5]") {
      _ = gru(x, state: zeros, lengths: [5])
    },
    Misuse("one-hot input: the index 3 is outside 0 ..< 3") {
      _ = gru(.oneHot(Indices([0, 3], shape: [1, 2])))
    },
  ]

  private static let optimizers = [
    Misuse("Nesterov needs momentum and no dampening") { _ = SGD(nesterov: true) },
    Misuse("Adam: the learning rate is finite and at least 0, not nan") {
      _ = Adam(learningRate: .nan)
    },
    Misuse("Adam: both betas are at least 0 and below 1, not 0.9 and 1.0") { _ = Adam(beta2: 1) },
    Misuse("SGD: the momentum is finite and at least 0, not -0.5") { _ = SGD(momentum: -0.5) },
    Misuse("RMSprop: the epsilon is finite and at least 0, not inf") {
      _ = RMSprop(epsilon: .infinity)
    },
    Misuse("Adagrad: the weight decay is finite and at least 0, not -1.0") {
      _ = Adagrad(weightDecay: -1)
    },
    Misuse("A warm-up has 0 steps or more, not -1") {
      _ = LearningRateSchedule(.constant, warmupSteps: -1)
    },
    Misuse("A step schedule has a factor of 0 or more and at least one epoch, not 0.5 and 0") {
      _ = LearningRateSchedule(.step(factor: 0.5, epochs: 0))
    },
    Misuse("An exponential schedule has a factor and a delay of 0 or more, not nan and 0") {
      _ = LearningRateSchedule(.exponential(factor: .nan, delay: 0))
    },
    Misuse(
      "A plateau schedule has a factor, a patience, a threshold, a cooldown and a least factor of 0 or more, not 0.5, -1, 0.0, 0 and 0.0"
    ) {
      _ = LearningRateSchedule(.plateau(Plateau(factor: 0.5, patience: -1, threshold: 0)))
    },
    Misuse(
      "A cosine with restarts has a final factor of 0 or more, at least one epoch and a growth of at least 1, not 0.1, 2 and 0"
    ) {
      _ = LearningRateSchedule(.cosineRestarts(final: 0.1, epochs: 2, growth: 0))
    },
    Misuse(
      "A single cycle has factors of 0 or more and a rise above 0 and below 1, not 0.1, 0.0 and 1.0"
    ) {
      _ = LearningRateSchedule(.oneCycle(start: 0.1, rise: 1, final: 0))
    },
    Misuse("A schedule ends at a factor of 0 or more, not -0.1") {
      _ = LearningRateSchedule(.cosine(final: -0.1))
    },
    Misuse(
      "The gradient of weight [3] is missing or of another shape: it has to be that of this model"
    ) {
      var model: NamedTensors = ["weight": Tensor(zeros: [3])]
      var sgd = SGD()
      sgd.update(&model, along: ["weight": Tensor(zeros: [4])])
    },
    Misuse(
      "The optimizer has buffers for another weight than one of shape [10]: each model has an optimizer of its own"
    ) {
      var (model, other): (NamedTensors, NamedTensors) = (
        ["weight": Tensor(zeros: [3])], ["weight": Tensor(zeros: [10])]
      )
      let (gradient, otherGradient) = (model, other)
      var adam = Adam()
      adam.update(&model, along: gradient)
      adam.update(&other, along: otherGradient)
    },
    Misuse(
      "NamedTensors has two parameters with one name, so that the optimizer would take them for one: visit its parts under different names"
    ) {
      var model: NamedTensors = ["weight": Tensor(zeros: [3]), "weight": Tensor(zeros: [3])]
      let gradient = model
      var adam = Adam()
      adam.update(&model, along: gradient)
    },
  ]

  private static let twin: NamedTensors = ["weight": Tensor(2)]

  private static let gradients = [
    Misuse("Only a scalar has a gradient, not a tensor of shape [2]: take its sum or mean") {
      _ = valueAndGradient(of: ["weight": Tensor(zeros: [2])] as NamedTensors) { $0["weight"] }
    },
    Misuse(
      "valueAndGradient: the result does not depend on the model that the closure is given; a model from outside, or a detached() result, has no gradient"
    ) {
      let model = twin
      _ = valueAndGradient(of: model) { _ in model["weight"] * 2 }
    },
    Misuse(
      "valueAndGradient inside another call, of a model that the other call records: there are no gradients of gradients; give the inner call the model from outside"
    ) {
      _ = valueAndGradient(of: twin) { valueAndGradient(of: $0) { $0["weight"] * 2 }.value }
    },
    Misuse(
      "An operation on tensors of two calls of valueAndGradient, one inside the other: use detached() on what is a constant for the inner call"
    ) {
      _ = valueAndGradient(of: twin) { outer in
        valueAndGradient(of: twin) { $0["weight"] * outer["weight"] }.value
      }
    },
    Misuse(
      "The closure of valueAndGradient computes on a second thread: operations on its model belong to the thread that called it"
    ) {
      _ = valueAndGradient(of: twin) { model in
        onAnotherThread { model["weight"] * 2 }
      }
    },
  ]

  private static let losses = [
    Misuse("meanSquaredError of a prediction [2, 1] needs targets of that shape, not [2]") {
      _ = meanSquaredError(Tensor(zeros: [2, 1]), Tensor(zeros: [2]))
    },
    Misuse("binaryCrossEntropy of logits [2, 3] needs targets of that shape, not [3]") {
      _ = binaryCrossEntropy(Tensor(zeros: [2, 3]), Tensor(zeros: [3]))
    },
  ]

  private static let modules = [
    Misuse(
      "TwoOfOneName has two parameters with the name \"weight\": visit its parts under different names, as in part.forEachParameter(under: \"part\", visit)"
    ) { _ = valueAndGradient(of: TwoOfOneName()) { $0.first(Tensor(zeros: [1, 3])).sum() } },
    Misuse(
      "ForgottenModule.forEachParameter does not visit second.weight, which would never be trained or written: visit it, or mark it @Frozen"
    ) { _ = valueAndGradient(of: ForgottenModule()) { $0.first(Tensor(zeros: [1, 3])).sum() } },
    Misuse(
      "ForgottenTensor.forEachParameter does not visit bias, which would never be trained or written: visit it, or mark it @Frozen"
    ) { _ = valueAndGradient(of: ForgottenTensor()) { $0.weight.sum() } },
    Misuse(
      "ForgottenElement.forEachParameter does not visit layers.1.weight, which would never be trained or written: visit it, or mark it @Frozen"
    ) { _ = valueAndGradient(of: ForgottenElement()) { $0.layers[0].weight.sum() } },
    Misuse(
      "ForgottenBehindOthers.forEachParameter does not visit parts.table.weight, which would never be trained or written: visit it, or mark it @Frozen"
    ) { _ = valueAndGradient(of: ForgottenBehindOthers()) { $0.parts.output.weight.sum() } },
  ]
}

private func linear() -> Linear {
  Linear(weight: Tensor(repeating: 1, shape: [2, 3]), bias: nil)
}

private struct TwoOfOneName: Module {
  var first = linear()
  var second = linear()
  mutating func forEachParameter(_ visit: (String, inout Tensor) -> Void) {
    first.forEachParameter(visit)
    second.forEachParameter(visit)
  }
}

private struct ForgottenModule: Module {
  var first = linear()
  var second = linear()
  mutating func forEachParameter(_ visit: (String, inout Tensor) -> Void) {
    first.forEachParameter(under: "first", visit)
  }
}

private struct ForgottenTensor: Module {
  var weight = Tensor(2)
  var bias: Tensor? = Tensor(3)
  mutating func forEachParameter(_ visit: (String, inout Tensor) -> Void) {
    visit("weight", &weight)
  }
}

private struct ForgottenElement: Module {
  var layers = [linear(), linear()]
  mutating func forEachParameter(_ visit: (String, inout Tensor) -> Void) {
    layers[0].forEachParameter(under: "0", visit)
  }
}

/// In a value that is no module, behind long collections without tensors.
private struct ForgottenBehindOthers: Module {
  struct Parts: Sendable {
    var words = (0..<100_000).map(String.init)
    var numbers = ["a": 1]
    var output = linear()
    var table: Embedding? = Embedding(weight: Tensor(zeros: [3, 4]))
  }
  var parts = Parts()
  mutating func forEachParameter(_ visit: (String, inout Tensor) -> Void) {
    parts.output.forEachParameter(under: "output", visit)
  }
}
