import Testing
import UnrollNN
import UnrollTensor
import UnrollTestSupport

/// Dropout by itself and between recurrent layers.
struct DropoutTests {
  private let x = Tensor.random([40, 50], seed: 1, in: 1...2)

  private func training(_ number: UInt64 = 0) -> Mode {
    .training(RandomStream(seed: 7, purpose: .dropout, number: number))
  }

  @Test func nothingIsDroppedInEvaluation() {
    var mode = Mode.evaluation
    #expect(Dropout(0.5)(x, mode: &mode) == x)
    #expect(mode == .evaluation)
  }

  @Test func keptElementsAreScaledAndAboutTheRightShareIsDropped() {
    for probability: Float in [0.1, 0.5, 0.9] {
      var mode = training()
      let y = Dropout(probability)(x, mode: &mode)
      var dropped = 0
      for (a, b) in zip(x.elements, y.elements) {
        if b == 0 { dropped += 1 } else { #expect(abs(b - a / (1 - probability)) <= 1e-5 * b) }
      }
      // Five standard deviations of a binomial count.
      let expected = Double(probability) * 2000
      #expect(
        abs(Double(dropped) - expected) < 5 * (expected * Double(1 - probability)).squareRoot())
    }
  }

  @Test func theSameStreamGivesTheSameMaskAndGoesOn() {
    var (a, b, c) = (training(), training(), training(1))
    let first = Dropout(0.5)(x, mode: &a)
    #expect(Dropout(0.5)(x, mode: &b) == first)
    #expect(a == b)
    #expect(Dropout(0.5)(x, mode: &a) != first)
    #expect(Dropout(0.5)(x, mode: &c) != first)
  }

  @Test func theExtremesDropNothingAndEverything() {
    var mode = training()
    #expect(Dropout(0)(x, mode: &mode) == x)
    #expect(Dropout(1)(x, mode: &mode) == Tensor(zeros: x.shape))
  }

  @Test func gradientIsTheMask() {
    let model: NamedTensors = ["x": x]
    var result = Tensor(0)
    let (_, gradient) = valueAndGradient(of: model) {
      var mode = training()
      result = Dropout(0.4)($0["x"], mode: &mode)
      return result.sum()
    }
    #expect(gradient["x"] * x == result.detached())
  }

  private func stack(layers: Int, dropout: Float) -> RecurrentStack {
    var random = MersenneTwister(seed: 3)
    return RecurrentStack(
      .init(cell: .gru, inputSize: 6, hiddenSize: 8, layerCount: layers, dropout: dropout),
      using: &random)
  }

  private func output(_ stack: RecurrentStack, _ mode: Mode) -> Tensor {
    var mode = mode
    return stack(.random([5, 4, 6], seed: 9), mode: &mode).output
  }

  @Test func recurrentLayersDropBetweenThemInTrainingOnly() {
    let plain = output(stack(layers: 2, dropout: 0), .evaluation)
    #expect(output(stack(layers: 2, dropout: 0.5), .evaluation) == plain)
    let dropped = output(stack(layers: 2, dropout: 0.5), training())
    #expect(dropped != plain)
    #expect(output(stack(layers: 2, dropout: 0.5), training()) == dropped)
    #expect(output(stack(layers: 2, dropout: 0.5), training(1)) != dropped)
  }

  @Test func theOutputOfTheLastLayerIsNotDropped() {
    #expect(
      output(stack(layers: 1, dropout: 0.5), training())
        == output(stack(layers: 1, dropout: 0), .evaluation))
  }

  /// Where everything between the layers is dropped, the second layer sees zeros.
  @Test func theWholeOutputOfALowerLayerIsDropped() {
    let two = stack(layers: 2, dropout: 1)
    var random = MersenneTwister(seed: 0)
    var upper = RecurrentStack(.init(cell: .gru, inputSize: 8, hiddenSize: 8), using: &random)
    upper.weights = [two.weights[1]]
    #expect(output(two, training()) == upper(.vectors(Tensor(zeros: [5, 4, 8]))).output)
  }
}
