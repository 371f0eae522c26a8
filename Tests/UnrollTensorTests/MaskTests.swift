import Testing
import UnrollTensor
import UnrollTestSupport

@Suite struct MaskTests {
  @Test func lengthsMakeAMaskOfTheStepsThatRowsHave() {
    let mask = Mask(lengths: [2, 0, 3], steps: 3)
    #expect(mask.shape == [3, 3])
    #expect(mask.values == [true, false, true, true, false, true, false, false, true])
    #expect((.!mask).values == mask.values.map { !$0 })
    #expect(mask.trueCount == 5)
    #expect(mask.tensor.sum(axis: 0).elements == [2, 0, 3])
  }

  @Test func comparisonsFollowTheRulesOfFloats() {
    let x = Tensor([1, 2, .nan, -.infinity], shape: [4])
    #expect((x .< 2).values == [true, false, false, true])
    #expect((x .<= 2).values == [true, true, false, true])
    #expect((x .> 1).values == [false, true, false, false])
    #expect((x .>= 1).values == [true, true, false, false])
    #expect((x .== x).values == [true, true, false, true])
    #expect((x .!= x).values == [false, false, true, false])
    #expect(((x .> 1) .| (x .< 0)).values == [false, true, false, true])
    #expect(((x .> 0) .& (x .< 2)).values == [true, false, false, false])
  }

  @Test func comparisonsRepeatAsSumsDo() {
    let column = Tensor([1, 2], shape: [2, 1])
    let row = Tensor([0, 1, 2], shape: [3])
    #expect(
      (row .>= column) == Mask([false, true, true, false, false, true], shape: [2, 3]))
    let tokens = Indices([1, 2, 2], shape: [3])
    #expect((tokens .== 2).values == [false, true, true])
    #expect((tokens .!= Indices([1, 2, 3], shape: [3])).values == [false, false, true])
  }

  static let shapes: [(Shape, Shape)] = [
    ([], []), ([3], [3]), ([2, 3, 4], [2, 3, 4]), ([2, 3, 4], [4]), ([2, 3, 4], [3, 1]),
    ([2, 3, 4], [2, 1, 4]), ([5, 33], [1]), ([2, 3, 4], []),
  ]

  @Test(arguments: shapes)
  func replacedElementsGetNoGradient(_ shapes: (Shape, Shape)) {
    let choice = Tensor.random(shapes.1, seed: 2)
    let mask = choice .> 0
    gradientCheck("replacing", [.random(shapes.0, seed: 1)]) {
      [$0[0].replacing(with: -7, where: mask)]
    } twin: {
      [SlowReference.combine($0[0], DoubleTensor(choice)) { $1 > 0 ? -7 : $0 }]
    }
  }

  /// Where a factor would leave NaN.
  @Test func replacementHidesWhatIsNotFinite() {
    let tape = Tape()
    let x = tape.variable(Tensor([.nan, 1, .infinity], shape: [3]))
    let replaced = x.replacing(with: 0, where: Mask([true, false, true], shape: [3]))
    #expect(replaced.elements == [0, 1, 0])
    #expect(tape.gradients(of: (replaced * replaced).sum())[0]?.elements == [0, 2, 0])
  }

  @Test func scoresBehindAnEndGetNoWeight() {
    let mask = Mask(lengths: [2, 3], steps: 3).transposed(0, 1)
    let weights = softmax(
      Tensor(zeros: [2, 3]).replacing(with: -.infinity, where: .!mask))
    #expect(weights[0].elements == [0.5, 0.5, 0])
    #expect(weights[1].elements.allSatisfy { $0 == weights.elements[3] })
  }
}
