import Testing
import UnrollNN
import UnrollTensor
import UnrollTestSupport

/// Dropout by itself and between recurrent layers.
struct DropoutTests {
  private let x = Tensor.random([40, 50], seed: 1, in: 1...2)

  private func stream(_ number: UInt64 = 0) -> RandomStream? {
    RandomStream(seed: 7, purpose: .dropout, number: number)
  }

  @Test func nothingIsDroppedInEvaluation() {
    var nothing: RandomStream?
    #expect(Dropout(0.5)(x, using: &nothing) == x)
  }

  @Test func keptElementsAreScaledAndAboutTheRightShareIsDropped() {
    for probability: Float in [0.1, 0.5, 0.9] {
      var stream = stream()
      let y = Dropout(probability)(x, using: &stream)
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
    var (a, b, c) = (stream(), stream(), stream(1))
    let first = Dropout(0.5)(x, using: &a)
    #expect(Dropout(0.5)(x, using: &b) == first)
    #expect(a == b)
    #expect(Dropout(0.5)(x, using: &a) != first)
    #expect(Dropout(0.5)(x, using: &c) != first)
  }

  @Test func theExtremesDropNothingAndEverything() {
    var stream = stream()
    #expect(Dropout(0)(x, using: &stream) == x)
    #expect(Dropout(1)(x, using: &stream) == Tensor(zeros: x.shape))
  }

  @Test func gradientIsTheMask() {
    let model: NamedTensors = ["x": x]
    var result = Tensor(0)
    let (_, gradient) = valueAndGradient(of: model) {
      var stream = stream()
      result = Dropout(0.4)($0["x"], using: &stream)
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

  private func output(_ stack: RecurrentStack, _ stream: RandomStream?) -> Tensor {
    var stream = stream
    return stack(
      .vectors(.random([5, 4, 6], seed: 9)), state: stack.initialState(batchSize: 4),
      dropout: &stream
    ).output
  }

  @Test func recurrentLayersDropBetweenThemInTrainingOnly() {
    let plain = output(stack(layers: 2, dropout: 0), nil)
    #expect(output(stack(layers: 2, dropout: 0.5), nil) == plain)
    let dropped = output(stack(layers: 2, dropout: 0.5), stream())
    #expect(dropped != plain)
    #expect(output(stack(layers: 2, dropout: 0.5), stream()) == dropped)
    #expect(output(stack(layers: 2, dropout: 0.5), stream(1)) != dropped)
  }

  @Test func theOutputOfTheLastLayerIsNotDropped() {
    #expect(
      output(stack(layers: 1, dropout: 0.5), stream())
        == output(stack(layers: 1, dropout: 0), nil))
  }

  /// Where everything between the layers is dropped, the second layer sees zeros.
  @Test func theWholeOutputOfALowerLayerIsDropped() {
    let two = stack(layers: 2, dropout: 1)
    var random = MersenneTwister(seed: 0)
    var upper = RecurrentStack(.init(cell: .gru, inputSize: 8, hiddenSize: 8), using: &random)
    upper.weights = [two.weights[1]]
    #expect(output(two, stream()) == upper.run(.vectors(Tensor(zeros: [5, 4, 8]))).output)
  }
}
