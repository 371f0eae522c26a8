import Testing
import UnrollTensor
import UnrollTestSupport

/// Laws of every cell, to the bit.
@Suite struct RecurrentLawTests {
  static let layers = RecurrentCase.all(hiddenSizes: [5, 33])

  @Test(arguments: layers)
  func sequenceEqualsRepeatedSteps(_ layer: RecurrentCase) {
    let operands = layer.operands
    let whole = layer.run(operands, input(of: layer))
    var state = [operands[0], operands[1]]
    for t in 0..<layer.steps {
      let step = layer.run(
        state + operands.dropFirst(2), input(of: layer, steps: t..<t + 1), lengths: nil)
      expectEqualBits(step.output, whole.output.sliced(t..<t + 1, axis: 0), "step \(t)")
      state = [step.hidden, step.cell]
    }
    expectEqualBits(state[0], whole.hidden)
    expectEqualBits(state[1], whole.cell)
  }

  /// Also for a row alone, whose product is computed by other code than a batch's.
  @Test(arguments: layers)
  func rowsOfABatchAreIndependent(_ layer: RecurrentCase) {
    let operands = layer.operands
    let batch = layer.run(operands, input(of: layer), lengths: layer.lengths)
    for row in 0..<layer.rows {
      let rows = row..<row + 1
      let alone = layer.run(
        [operands[0].sliced(rows, axis: 0), operands[1].sliced(rows, axis: 0)]
          + operands.dropFirst(2),
        input(of: layer, rows: rows), lengths: layer.lengths.map { [$0[row]] })
      expectEqualBits(alone.output, batch.output.sliced(rows, axis: 1), "row \(row)")
      expectEqualBits(alone.hidden, batch.hidden.sliced(rows, axis: 0), "row \(row)")
      expectEqualBits(alone.cell, batch.cell.sliced(rows, axis: 0), "row \(row)")
    }
  }

  @Test(arguments: layers.filter(\.isRagged))
  func paddingNeverChangesARow(_ layer: RecurrentCase) throws {
    let lengths = try #require(layer.lengths)
    let operands = layer.operands
    let padded = layer.run(operands, input(of: layer), lengths: lengths)
    for row in 0..<layer.rows {
      let (rows, length) = (row..<row + 1, Int(lengths[row]))
      let short = layer.run(
        [operands[0].sliced(rows, axis: 0), operands[1].sliced(rows, axis: 0)]
          + operands.dropFirst(2),
        input(of: layer, steps: 0..<length, rows: rows))
      let output = padded.output.sliced(rows, axis: 1)
      expectEqualBits(short.output, output.sliced(0..<length, axis: 0), "row \(row)")
      expectEqualBits(short.hidden, padded.hidden.sliced(rows, axis: 0), "row \(row)")
      expectEqualBits(short.cell, padded.cell.sliced(rows, axis: 0), "row \(row)")
      let rest = output.sliced(length..<layer.steps, axis: 0)
      expectEqualBits(rest, Tensor(zeros: rest.shape), "past the end of row \(row)")
    }
  }

  /// Neither NaN nor infinity in the padding, of the input or of the gradient of the output, reaches a state, a weight's
  /// gradient or the gradient of another step.
  @Test(
    arguments: layers.filter { $0.isRagged && !$0.isOneHot }, [Float.nan, .infinity, 1e30])
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

  @Test(arguments: layers.filter { $0.isOneHot && !$0.isRagged })
  func tokensEqualTheirOneHotVectors(_ layer: RecurrentCase) {
    let dense = SlowReference.oneHot(layer.tokens, size: layer.inputSize)
    let vectors = Tensor(dense.elements.map { Float($0) }, shape: Shape(dense.shape))
    let tape = Tape()
    let operands = layer.operands.map { tape.variable($0) }
    let results = [
      layer.run(operands, .oneHot(layer.tokens)), layer.run(operands, .vectors(vectors)),
    ]
    expectEqualBits(results[0].output, results[1].output)
    expectEqualBits(results[0].hidden, results[1].hidden)
    expectEqualBits(results[0].cell, results[1].cell)
  }

  private func input(
    of layer: RecurrentCase, steps: Range<Int>? = nil, rows: Range<Int>? = nil
  ) -> RecurrentInput {
    let (steps, rows) = (steps ?? 0..<layer.steps, rows ?? 0..<layer.rows)
    guard layer.isOneHot else {
      return .vectors(layer.vectors.sliced(steps, axis: 0).sliced(rows, axis: 1))
    }
    let tokens = steps.flatMap { t in rows.map { layer.tokens.values[t * layer.rows + $0] } }
    return .oneHot(Indices(tokens, shape: [steps.count, rows.count]))
  }
}
