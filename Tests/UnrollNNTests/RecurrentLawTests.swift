import Testing
import UnrollNN
import UnrollTensor
import UnrollTestSupport

/// What every recurrent network keeps to the bit, whatever its cell and options.
struct RecurrentLawTests {
  @Test(arguments: Variant.unidirectional)
  func sequenceEqualsRepeatedSteps(_ variant: Variant) {
    let stack = variant.stack
    for input in variant.inputs {
      let whole = stack(input, state: variant.state)
      for pieces in [[1, 1, 1, 1, 1, 1, 1], [3, 4]] {
        var state = variant.state
        var outputs: [Tensor] = []
        var start = 0
        for count in pieces {
          let piece = stack(input.steps(start..<start + count), state: state)
          outputs.append(piece.output)
          state = piece.state
          start += count
        }
        expectEqualBits(concatenate(outputs, axis: 0), whole.output, "\(variant) in \(pieces)")
        expectEqualBits(state, whole.state, "\(variant) in \(pieces)")
      }
    }
  }

  @Test(arguments: Variant.unidirectional)
  func everyStepFollowsTheEquations(_ variant: Variant) {
    let (stack, state) = (variant.stack, variant.state)
    var sequence = DoubleTensor(variant.input)
    for (layer, weights) in stack.weights.enumerated() {
      let expected = SlowReference.sequence(
        variant.configuration.cell, sequence, SlowReference.Weights(weights),
        initialHidden: DoubleTensor(state.hidden[layer]),
        initialCell: DoubleTensor(state.cell[layer]), lengths: Variant.lengths)
      sequence = expected.output
    }
    let result = stack(.vectors(variant.input), state: state, lengths: Variant.lengths)
    expectClose(result.output, sequence, "\(variant)")
  }

  /// Also of a row alone, whose product is computed by other code than a batch's.
  @Test(arguments: Variant.all)
  func rowsOfABatchAreIndependent(_ variant: Variant) {
    let (stack, state) = (variant.stack, variant.state)
    for input in variant.inputs {
      let batch = stack(input, state: state)
      for row in [0, 5, Variant.rows - 1] {
        let alone = stack(input.row(row), state: state.row(row))
        expectEqualBits(alone.output, batch.output.row(row), "\(variant), row \(row)")
        expectEqualBits(alone.state, batch.state.row(row), "\(variant), row \(row)")
      }
    }
  }

  @Test(arguments: Variant.all)
  func raggedRowEqualsTheRowAlone(_ variant: Variant) {
    let (stack, state) = (variant.stack, variant.state)
    for input in variant.inputs {
      let batch = stack(input, state: state, lengths: Variant.lengths)
      for (row, length) in Variant.lengths.enumerated() {
        let count = Int(length)
        let alone = stack(input.row(row).steps(0..<count), state: state.row(row))
        let output = batch.output.row(row)
        expectEqualBits(
          output.sliced(0..<count, axis: 0), alone.output, "\(variant), row \(row)")
        expectEqualBits(batch.state.row(row), alone.state, "\(variant), row \(row)")
        let rest = output.sliced(count..<Variant.steps, axis: 0)
        expectEqualBits(rest, Tensor(zeros: rest.shape), "\(variant), past the end of \(row)")
      }
    }
  }

  @Test(arguments: Variant.all, [Float.nan, .infinity, 1e6])
  func whatStandsInThePaddingChangesNothing(_ variant: Variant, padding: Float) {
    var other = variant.input
    let width = variant.configuration.inputSize
    other.withUnsafeMutableElements { elements in
      for index in elements.indices {
        let (step, row) = (index / width / Variant.rows, index / width % Variant.rows)
        if step >= Int(Variant.lengths[row]) { elements[index] = padding }
      }
    }
    func results(_ input: Tensor) -> (value: Tensor, gradient: RecurrentStack) {
      valueAndGradient(of: variant.stack) { stack in
        let result = stack(.vectors(input), state: variant.state, lengths: Variant.lengths)
        return result.state.hidden.reduce((result.output * result.output).sum()) { $0 + $1.sum() }
      }
    }
    let (a, b) = (results(variant.input), results(other))
    #expect(a.value == b.value)
    for ((name, x), (_, y)) in zip(a.gradient.parameters, b.gradient.parameters) {
      #expect(x == y, "\(variant): the gradient of \(name)")
    }
  }

  @Test(arguments: Variant.all)
  func fullLengthsEqualNoLengths(_ variant: Variant) {
    let full = [Int32](repeating: Int32(Variant.steps), count: Variant.rows)
    let with = variant.stack(.vectors(variant.input), lengths: full)
    let without = variant.stack(.vectors(variant.input))
    expectEqualBits(with.output, without.output, "\(variant)")
    expectEqualBits(with.state, without.state, "\(variant)")
  }

  @Test(arguments: Variant.all)
  func explicitZerosEqualInitialState(_ variant: Variant) {
    let c = variant.configuration
    let count = c.layerCount * (c.isBidirectional ? 2 : 1)
    let stateSize = c.projectionSize > 0 ? c.projectionSize : c.hiddenSize
    let zeros = RecurrentState(
      hidden: Array(repeating: Tensor(zeros: [Variant.rows, stateSize]), count: count),
      cell: Array(
        repeating: Tensor(zeros: [Variant.rows, c.cell == .lstm ? c.hiddenSize : 0]), count: count))
    #expect(variant.stack.initialState(batchSize: Variant.rows) == zeros)
  }

  @Test(arguments: Variant.all)
  func oneHotTokensEqualOneHotVectors(_ variant: Variant) {
    let (tokens, width) = (variant.tokens, variant.configuration.inputSize)
    var vectors = Tensor(zeros: [Variant.steps, Variant.rows, width])
    vectors.withUnsafeMutableElements { elements in
      for (place, token) in tokens.values.enumerated() { elements[place * width + Int(token)] = 1 }
    }
    let asTokens = variant.stack(.oneHot(tokens), lengths: Variant.lengths)
    let asVectors = variant.stack(.vectors(vectors), lengths: Variant.lengths)
    #expect(asTokens.output == asVectors.output)
    #expect(asTokens.state == asVectors.state)
  }

  @Test(arguments: Variant.bidirectional, [nil, Variant.lengths])
  func bidirectionalEqualsTwoOneWayLayers(_ variant: Variant, _ lengths: [Int32]?) {
    let stack = variant.stack
    var input = variant.input
    let state = variant.state
    var final = state
    for layer in 0..<variant.configuration.layerCount {
      func run(_ index: Int, _ input: Tensor) -> Tensor {
        let alone = stack.oneWay(index, inputSize: input.shape[2])
        let result = alone(
          .vectors(input),
          state: RecurrentState(hidden: [state.hidden[index]], cell: [state.cell[index]]),
          lengths: lengths)
        final.hidden[index] = result.state.hidden[0]
        final.cell[index] = result.state.cell[0]
        return result.output
      }
      let forward = run(2 * layer, input)
      let backward = run(2 * layer + 1, input.reversedInTime(lengths: lengths))
      input = concatenate([forward, backward.reversedInTime(lengths: lengths)], axis: 2)
    }
    let both = stack(.vectors(variant.input), state: state, lengths: lengths)
    expectEqualBits(both.output, input, "\(variant)")
    expectEqualBits(both.state, final, "\(variant)")
  }

  @Test(arguments: [nil, Variant.lengths])
  func reversingTwiceIsTheIdentity(_ lengths: [Int32]?) {
    let x = Tensor.random([Variant.steps, Variant.rows, 3], seed: 3)
    let tokens = Indices.random([Variant.steps, Variant.rows], below: 100, seed: 4)
    #expect(x.reversedInTime(lengths: lengths) != x)
    #expect(x.reversedInTime(lengths: lengths).reversedInTime(lengths: lengths) == x)
    #expect(tokens.reversedInTime(lengths: lengths).reversedInTime(lengths: lengths) == tokens)
  }

  @Test func reversalKeepsEachRowWithinItsLength() {
    let tokens = Indices([1, 10, 2, 20, 3, 30], shape: [3, 2])
    #expect(tokens.reversedInTime(lengths: [2, 3]).values == [2, 30, 1, 20, 3, 10])
    #expect(tokens.reversedInTime().values == [3, 30, 2, 20, 1, 10])
  }
}

extension SlowReference.Weights {
  fileprivate init(_ weights: RecurrentWeights) {
    self.init(
      input: DoubleTensor(weights.input), recurrent: DoubleTensor(weights.recurrent),
      inputBias: weights.inputBias.map { DoubleTensor($0) },
      recurrentBias: weights.recurrentBias.map { DoubleTensor($0) },
      projection: weights.projection.map { DoubleTensor($0) })
  }
}

extension RecurrentStack {
  /// One direction of one layer as a network of its own.
  fileprivate func oneWay(_ index: Int, inputSize: Int) -> RecurrentStack {
    var configuration = configuration
    configuration.inputSize = inputSize
    configuration.layerCount = 1
    configuration.isBidirectional = false
    var random = MersenneTwister(seed: 0)
    var alone = RecurrentStack(configuration, using: &random)
    alone.weights = [weights[index]]
    return alone
  }
}

extension Tensor {
  /// One row of `[T, N, …]`, N = 1.
  fileprivate func row(_ row: Int) -> Tensor { sliced(row..<row + 1, axis: 1) }
}

extension RecurrentInput {
  /// One row of it, N = 1.
  fileprivate func row(_ row: Int) -> RecurrentInput {
    switch self {
    case .vectors(let x): .vectors(x.row(row))
    case .oneHot(let tokens):
      .oneHot(
        Indices(
          stride(from: row, to: tokens.count, by: tokens.shape[1]).map { tokens.values[$0] },
          shape: [tokens.shape[0], 1]))
    }
  }
}
