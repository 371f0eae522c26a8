import Testing
import UnrollNN
import UnrollTensor

/// What a programmer must not do ends the program.
struct MisuseTests {
  enum Misuse: String, CaseIterable, Codable, Sendable {
    case tooFewStates, stateOfOtherBatch, stateOfOtherSize, inputOfOtherSize, lengthOfZero,
      lengthBeyondTheEnd, tooFewLengths, tokenOutOfRange, noUnits, noLayers, projectionOfAGRU,
      projectionTooLarge, dropoutAboveOne, nesterovWithoutMomentum, gradientOfOtherModel,
      stateOfOtherModel, negativeWarmup, paddingBeyondANewTable, paddingBeyondAGivenTable

    func commit() {
      var random = MersenneTwister(seed: 0)
      let gru = GRU(inputSize: 3, hiddenSize: 4, layerCount: 2, using: &random)
      let x = Tensor(zeros: [5, 2, 3])
      let zeros = gru.initialState(batchSize: 2)
      switch self {
      case .tooFewStates:
        _ = gru(x, state: RecurrentState(hidden: [zeros.hidden[0]], cell: [zeros.cell[0]]))
      case .stateOfOtherBatch: _ = gru(x, state: gru.initialState(batchSize: 3))
      case .stateOfOtherSize:
        var state = zeros
        state.hidden[1] = Tensor(zeros: [2, 5])
        _ = gru(x, state: state)
      case .inputOfOtherSize: _ = gru(Tensor(zeros: [5, 2, 4]), state: zeros)
      case .lengthOfZero: _ = gru(x, state: zeros, lengths: [5, 0])
      case .lengthBeyondTheEnd: _ = gru(x, state: zeros, lengths: [5, 6])
      case .tooFewLengths: _ = gru(x, state: zeros, lengths: [5])
      case .tokenOutOfRange:
        _ = gru(.oneHot(Indices([0, 3], shape: [1, 2])))
      case .noUnits: _ = LSTM(inputSize: 3, hiddenSize: 0, using: &random)
      case .noLayers: _ = LSTM(inputSize: 3, hiddenSize: 4, layerCount: 0, using: &random)
      case .projectionOfAGRU:
        _ = RecurrentStack(
          .init(cell: .gru, inputSize: 3, hiddenSize: 4, projectionSize: 2), using: &random)
      case .projectionTooLarge:
        _ = LSTM(inputSize: 3, hiddenSize: 4, projectionSize: 4, using: &random)
      case .dropoutAboveOne: _ = Dropout(1.5)
      case .nesterovWithoutMomentum: _ = SGD(nesterov: true)
      case .gradientOfOtherModel:
        var model: NamedTensors = ["weight": Tensor(zeros: [3])]
        var sgd = SGD()
        sgd.update(&model, along: ["weight": Tensor(zeros: [4])])
      case .stateOfOtherModel:
        var (model, other): (NamedTensors, NamedTensors) = (
          ["weight": Tensor(zeros: [3])], ["weight": Tensor(zeros: [10])]
        )
        let (gradient, otherGradient) = (model, other)
        var adam = Adam()
        adam.update(&model, along: gradient)
        adam.update(&other, along: otherGradient)
      case .paddingBeyondANewTable:
        _ = Embedding(vocabularySize: 3, embeddingSize: 4, paddingIndex: 3, using: &random)
      case .paddingBeyondAGivenTable:
        // Without its use, an optimizing compiler leaves it out, and the check with it.
        _ = Embedding(weight: Tensor(zeros: [3, 4]), paddingIndex: -1)(Indices([0], shape: [1]))
      case .negativeWarmup: _ = LearningRateSchedule(.constant, warmupSteps: -1)
      }
    }
  }

  @Test(arguments: Misuse.allCases)
  func misuseEndsTheProgram(_ misuse: Misuse) async {
    await #expect(processExitsWith: .failure) { [misuse = misuse as Misuse] in misuse.commit() }
  }
}
