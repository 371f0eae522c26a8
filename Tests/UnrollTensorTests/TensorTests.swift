import Testing
import UnrollTensor
import UnrollTestSupport

@Suite struct TensorTests {
  @Test func copiesAreIndependent() {
    let original = Tensor([1, 2, 3], shape: [3])
    var copy = original
    copy.withUnsafeMutableElements { $0[1] = 5 }
    #expect(original.elements == [1, 2, 3])
    #expect(copy.elements == [1, 5, 3])
  }

  @Test func onlyOwnerChangesInPlace() {
    var tensor = Tensor.random([100], seed: 1)
    let before = tensor.pointer
    tensor.withUnsafeMutableElements { $0[0] = 1 }
    #expect(tensor.pointer == before)
    let copy = tensor
    tensor.withUnsafeMutableElements { $0[0] = 2 }
    #expect(tensor.pointer != before)
    #expect(copy.pointer == before)
    #expect(copy.elements[0] == 1)
  }

  @Test func reshapedTensorsShareUntilChanged() {
    let original = Tensor([1, 2, 3, 4], shape: [4])
    var matrix = original.reshaped([2, 2])
    #expect(matrix.pointer == original.pointer)
    matrix.withUnsafeMutableElements { $0[0] = 9 }
    #expect(original.elements == [1, 2, 3, 4])
  }

  @Test func equalityLooksAtShapeAndElements() {
    let x = Tensor([1, 2], shape: [2])
    #expect(x == Tensor([1, 2], shape: [2]))
    #expect(x != Tensor([1, 2], shape: [1, 2]))
    #expect(x != Tensor([1, 3], shape: [2]))
    let undefined = Tensor(.nan)
    #expect(undefined != undefined)
  }

  @Test func tensorsAreMadeFromArraysOfTheirShape() {
    #expect(Tensor([1, 2, 3]) == Tensor([1, 2, 3], shape: [3]))
    #expect(Tensor([[1, 2, 3], [4, 5, 6]]) == Tensor([1, 2, 3, 4, 5, 6], shape: [2, 3]))
    #expect(Tensor([[Float]]()) == Tensor(zeros: [0, 0]))
  }

  @Test func descriptionShowsShapeAndFirstElements() {
    #expect(Tensor([1, 2.5], shape: [1, 2]).description == "Tensor [1, 2] [1.0, 2.5]")
    #expect(Tensor(zeros: [9]).description.hasSuffix("0.0, …]"))
  }

  /// The layouts that products keep of a weight are dropped when it changes, and only the changed copy's.
  @Test func productsSeeAChangedWeight() {
    let x = Tensor.random([3, 17], seed: 1)
    var weight = Tensor.random([33, 17], seed: 2)
    func products() -> [Tensor] {
      let tape = Tape()
      let variable = tape.variable(x)
      let result = linear(variable, weight: weight, bias: nil)
      return [
        result, matmul(x, weight, transposeB: true),
        matmul(weight, x, transposeB: true), tape.gradients(of: result.sum())[0] ?? result,
      ]
    }
    let old = products()
    let copy = weight
    for scale in [Float(2), 4] {
      weight.withUnsafeMutableElements { for index in $0.indices { $0[index] *= 2 } }
      for (new, old) in zip(products(), old) { expectEqualBits(new, scale * old) }
    }
    expectEqualBits(linear(x, weight: copy, bias: nil), old[0])
  }

  /// Few rows read a weight as it is stored the first time, and laid out from then on.
  @Test(arguments: [1, 3, 8, 9])
  func firstUseOfAWeightGivesTheBitsOfLaterOnes(rows: Int) {
    let x = Tensor.random([rows, 96], seed: 1)
    let bias = Tensor.random([64], seed: 3)
    for bias in [nil, bias] {
      let weight = Tensor.random([64, 96], seed: 2)
      let uses = (0..<3).map { _ in linear(x, weight: weight, bias: bias) }
      for use in uses { expectEqualBits(use, uses[0]) }
      expectEqualBits(
        uses[0],
        linear(concatenate([x, x, x], axis: 0), weight: weight, bias: bias)
          .sliced(rows..<2 * rows, axis: 0))
    }
  }

  @Test func productOverNothingIsTheBias() {
    let bias = Tensor.random([64], seed: 1)
    let product = linear(
      Tensor(zeros: [1, 0]), weight: Tensor(zeros: [64, 0]), bias: bias)
    #expect(product.elements == bias.elements)
  }

  @Test(arguments: RecurrentCase.all(hiddenSizes: [64]))
  func firstUseOfRecurrentWeightsGivesTheBitsOfLaterOnes(_ layer: RecurrentCase) {
    var layer = layer
    (layer.rows, layer.steps, layer.inputSize) = (1, 3, 32)
    let operands = layer.operands
    let (first, second) = (layer.run(operands), layer.run(operands))
    expectEqualBits(second.output, first.output)
    expectEqualBits(second.hidden, first.hidden)
    expectEqualBits(second.cell, first.cell)
  }

  /// Also those of recurrent weights and of the table of one-hot inputs.
  @Test(arguments: RecurrentCase.all(hiddenSizes: [5]))
  func recurrentLayersSeeChangedWeights(_ layer: RecurrentCase) {
    var operands = layer.operands
    _ = layer.run(operands)
    for index in 2..<operands.count {
      operands[index].withUnsafeMutableElements { for index in $0.indices { $0[index] *= 0.5 } }
    }
    let fresh = operands.map { Tensor($0.elements, shape: $0.shape) }
    expectEqualBits(layer.run(operands).output, layer.run(fresh).output)
  }
}
