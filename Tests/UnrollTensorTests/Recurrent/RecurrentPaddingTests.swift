import Testing
import UnrollTensor
import UnrollTestSupport

/// Rows of different lengths never see what lies behind their ends.
@Suite struct RecurrentPaddingTests {
  /// Neither NaN nor infinity in the padding, of the input or of the gradient of the output, reaches a state, a weight's
  /// gradient or the gradient of another step.
  @Test(
    arguments: RecurrentCase.all(hiddenSizes: [5, 33]).filter { $0.isRagged && !$0.isOneHot },
    [Float.nan, .infinity, 1e30])
  func contentOfThePaddingDoesNotMatter(_ layer: RecurrentCase, _ poison: Float) throws {
    let lengths = try #require(layer.lengths)
    func poisoned(_ x: Tensor) -> Tensor {
      var x = x
      let (rows, width) = (x.shape[1], x.shape[2])
      x.withUnsafeMutableElements { elements in
        for index in elements.indices where index / width / rows >= lengths[index / width % rows] {
          elements[index] = poison
        }
      }
      return x
    }
    func results(_ vectors: Tensor, _ slope: Tensor) -> [Tensor] {
      let tape = Tape()
      let operands = (layer.operands.dropLast() + [vectors]).map { tape.variable($0) }
      let (output, hidden, cell) = layer.run(operands)
      let others = [hidden, cell].enumerated().map { index, state in
        (state * .random(state.shape, seed: UInt64(index) + 20)).sum()
      }
      let loss = (output * slope).sum() + others[0] + others[1]
      return [output, hidden, cell]
        + tape.gradients(of: loss).prefix(operands.count).map {
          $0 ?? Tensor(zeros: [0])
        }
    }
    let slope = Tensor.random([layer.steps, layer.rows, layer.stateSize], seed: 30)
    let clean = results(layer.vectors, slope)
    let dirty = results(poisoned(layer.vectors), poisoned(slope))
    #expect(clean.count == 3 + layer.operands.count)
    for (index, (a, b)) in zip(dirty, clean).enumerated() {
      expectEqualBits(a, b, "result \(index)")
    }
  }
}
