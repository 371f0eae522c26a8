import Testing
import UnrollTensor
import UnrollTestSupport

@Suite struct RecurrentSequenceTests {
  @Test(arguments: RecurrentCase.all(hiddenSizes: [5, 16, 33]))
  func valuesAndGradients(_ layer: RecurrentCase) {
    gradientCheck(layer.testDescription, layer.operands) {
      let results = layer.run($0)
      return [results.output, results.hidden] + (layer.cell == .lstm ? [results.cell] : [])
    } twin: {
      let results = layer.twin($0)
      return [results.output, results.hidden] + (layer.cell == .lstm ? [results.cell] : [])
    }
  }

  /// A loss may look at the final state only, or at the outputs only.
  @Test(arguments: RecurrentCase.all(hiddenSizes: [5]))
  func gradientsOfASingleResult(_ layer: RecurrentCase) {
    gradientCheck("\(layer.testDescription), output", layer.operands) {
      [layer.run($0).output]
    } twin: {
      [layer.twin($0).output]
    }
    gradientCheck("\(layer.testDescription), hidden", layer.operands) {
      [layer.run($0).hidden]
    } twin: {
      [layer.twin($0).hidden]
    }
    guard layer.cell == .lstm else { return }
    gradientCheck("\(layer.testDescription), cell", layer.operands) {
      [layer.run($0).cell]
    } twin: {
      [layer.twin($0).cell]
    }
  }

  @Test(arguments: RecurrentCase.all(hiddenSizes: [5]))
  func twoLayersAfterEachOther(_ layer: RecurrentCase) {
    var second = layer
    second.inputSize = layer.stateSize
    second.isOneHot = false
    let upper = second.operands
    gradientCheck(layer.testDescription, layer.operands) {
      [second.run(upper, .vectors(layer.run($0).output), lengths: layer.lengths).output]
    } twin: {
      let output = layer.twin($0).output
      return [second.twin(upper.dropLast().map(DoubleTensor.init) + [output]).output]
    }
  }

  /// More rows than one pass of a product takes, so that the steps are taken in several parts.
  @Test(arguments: RecurrentCase.all(hiddenSizes: [33]).filter { !$0.isRagged })
  func gradientsOfALongSequenceAreThoseOfItsPieces(_ layer: RecurrentCase) {
    var long = layer
    (long.steps, long.rows) = (40, 30)
    var pieces = long
    pieces.runsInPieces = [0..<13, 13..<14, 14..<40]
    for (whole, sum) in zip(long.resultsAndGradients(), pieces.resultsAndGradients()) {
      expectClose(whole, sum, relative: 1e-4, absolute: 1e-4)
    }
  }

  /// Rows end in every part of the steps.
  @Test(arguments: RecurrentCase.all(hiddenSizes: [5]).filter { $0.isRagged && $0.hasBias })
  func gradientsOfLongSequencesOfUnequalLength(_ layer: RecurrentCase) {
    var long = layer
    (long.steps, long.rows) = (41, 30)
    gradientCheck(long.testDescription, long.operands) { [long] in
      [long.run($0).output]
    } twin: { [long] in
      [long.twin($0).output]
    }
  }

  /// In training, the state that a window starts from is a constant.
  @Test(arguments: RecurrentCase.all(hiddenSizes: [5, 33]), [1, 4])
  func gradientsThatLeaveOutTheInitialState(_ layer: RecurrentCase, steps: Int) {
    var layer = layer
    layer.steps = steps
    let all = layer.resultsAndGradients()
    let results = layer.cell == .lstm ? 3 : 2
    for constants in 1...2 {
      let fewer = layer.resultsAndGradients(after: constants)
      #expect(fewer == Array(all[..<results] + all[(results + constants)...]))
    }
  }

  /// So that none has to be copied in the step in which it is first changed in place, to limit its norm.
  @Test(arguments: RecurrentCase.all(hiddenSizes: [5]))
  func gradientsShareNoMemory(_ layer: RecurrentCase) {
    let tensors = layer.resultsAndGradients()
    #expect(Set(tensors.map { UInt(bitPattern: $0.pointer) }).count == tensors.count)
  }

  @Test(arguments: RecurrentCase.cells)
  func noStepsKeepTheInitialState(_ cell: RecurrentCell) {
    let layer = RecurrentCase(cell: cell, hiddenSize: 5)
    let operands = layer.operands
    let empty = Tensor(zeros: [0, layer.rows, layer.inputSize])
    let results = layer.run(operands, .vectors(empty))
    #expect(results.output.shape == [0, layer.rows, layer.stateSize])
    #expect(results.hidden == operands[0])
    #expect(results.cell == operands[1])
  }

  @Test(arguments: RecurrentCase.all(hiddenSizes: [5]).filter { !$0.isRagged })
  func noStepsHaveNoGradients(_ layer: RecurrentCase) {
    var layer = layer
    layer.steps = 0
    // Memory that has been used, for gradients to be written to.
    for operand in layer.operands { _ = Tensor(repeating: .nan, shape: operand.shape) }
    let all = layer.resultsAndGradients()
    let gradients = all.dropFirst(layer.cell == .lstm ? 3 : 2)
    #expect(gradients.first == .random([layer.rows, layer.stateSize], seed: 21))
    for gradient in gradients.dropFirst(2) {
      #expect(gradient == Tensor(zeros: gradient.shape))
    }
  }
}
