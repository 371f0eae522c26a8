import Testing
import UnrollNN
import UnrollTensor
import UnrollTestSupport

/// The ways to call a recurrent layer are one way: what is left out has one meaning, to the bit.
struct LayerCallTests {
  @Test(arguments: Variant.all)
  func stateThatIsLeftOutIsZeros(_ variant: Variant) {
    let stack = variant.stack
    let zeros = stack.initialState(batchSize: Variant.rows)
    for lengths in [nil, Variant.lengths] {
      let expected = stack(variant.input, state: zeros, lengths: lengths)
      let result = stack(variant.input, lengths: lengths)
      expectEqualBits(result.output, expected.output, "\(variant)")
      expectEqualBits(result.state, expected.state, "\(variant)")
    }
  }

  @Test(arguments: Variant.all)
  func evaluationAndVectorsAreTheDefaults(_ variant: Variant) {
    let stack = variant.stack
    var mode = Mode.evaluation
    let expected = stack(
      .vectors(variant.input), state: variant.state, lengths: Variant.lengths, mode: &mode)
    for result in [
      stack(variant.input, state: variant.state, lengths: Variant.lengths),
      stack(.vectors(variant.input), state: variant.state, lengths: Variant.lengths),
      stack(variant.input, state: variant.state, lengths: Variant.lengths, mode: &mode),
    ] {
      expectEqualBits(result.output, expected.output, "\(variant)")
      expectEqualBits(result.state, expected.state, "\(variant)")
    }
  }

  /// Without dropout, training computes what evaluation does.
  @Test(arguments: Variant.all)
  func trainingWithoutDropoutIsEvaluation(_ variant: Variant) {
    var mode = Mode.training(RandomStream(seed: 1, purpose: .dropout))
    let before = mode
    let result = variant.stack(variant.input, mode: &mode)
    expectEqualBits(result.output, variant.stack(variant.input).output, "\(variant)")
    #expect(mode == before)
  }

  @Test(arguments: Variant.unidirectional)
  func aStepIsASequenceOfLengthOne(_ variant: Variant) {
    let (stack, state) = (variant.stack, variant.state)
    let width = variant.configuration.inputSize
    let x = Tensor.random([Variant.rows, width], seed: 8)
    let tokens = Indices.random([Variant.rows], below: width, seed: 9)
    let sequence = Indices(tokens.values, shape: [1, Variant.rows])
    for (step, whole) in [
      (stack.step(x, state: state), stack(x.reshaped([1, Variant.rows, width]), state: state)),
      (stack.step(.oneHot(tokens), state: state), stack(.oneHot(sequence), state: state)),
      (stack.step(x), stack(x.reshaped([1, Variant.rows, width]))),
    ] {
      #expect(step.output.shape == [Variant.rows, variant.configuration.outputSize])
      expectEqualBits(step.output.reshaped(whole.output.shape), whole.output, "\(variant)")
      expectEqualBits(step.state, whole.state, "\(variant)")
    }
  }

  @Test func stepsDropBetweenLayersInTraining() {
    var random = MersenneTwister(seed: 2)
    let gru = GRU(inputSize: 3, hiddenSize: 20, layerCount: 2, dropout: 0.5, using: &random)
    let x = Tensor.random([4, 3], seed: 1)
    func output(_ mode: Mode) -> Tensor {
      var mode = mode
      return gru.step(x, mode: &mode).output
    }
    #expect(output(.evaluation) == gru.step(x).output)
    #expect(output(.training(RandomStream(seed: 1, purpose: .dropout))) != output(.evaluation))
  }

  @Test(arguments: Variant.all.filter { $0.configuration.cell != .lstm })
  func emptyCellStatesNeedNotBeGiven(_ variant: Variant) {
    let state = variant.state
    #expect(RecurrentState(hidden: state.hidden) == state)
  }

  @Test func everyKindOfLayerIsCalledAlike() {
    var random = MersenneTwister(seed: 2)
    let layers: [any RecurrentLayer] = [
      RNN(inputSize: 3, hiddenSize: 4, using: &random),
      LSTM(inputSize: 3, hiddenSize: 5, using: &random),
      GRU(inputSize: 3, hiddenSize: 6, using: &random),
    ]
    let x = Tensor.random([7, 2, 3], seed: 1)
    for layer in layers {
      let (output, state) = layer(x, lengths: [7, 4])
      #expect(output == layer.stack(x, lengths: [7, 4]).output)
      #expect(layer.step(.random([2, 3], seed: 2), state: state).output.shape[0] == 2)
    }
  }
}
