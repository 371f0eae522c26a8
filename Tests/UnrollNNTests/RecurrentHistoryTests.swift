import Testing
import UnrollNN
import UnrollTensor
import UnrollTestSupport

/// The states after each step, and the gates between them.
struct RecurrentHistoryTests {
  @Test(arguments: Variant.unidirectional)
  func statesEqualSingleSteps(_ variant: Variant) {
    let stack = variant.stack
    for input in variant.inputs {
      let whole = stack.states(over: input, from: variant.state)
      #expect(whole.history.stepCount == Variant.steps)
      var state = variant.state
      for step in 0..<Variant.steps {
        state = stack(input.steps(step..<step + 1), state: state).state
        expectEqualBits(whole.history[step], state, "\(variant), step \(step)")
      }
      expectEqualBits(whole.state, state, "\(variant)")
    }
  }

  @Test(arguments: Variant.all)
  func topStatesAreTheOutput(_ variant: Variant) {
    let stack = variant.stack
    for lengths in [nil, Variant.lengths] {
      let result = stack(.vectors(variant.input), state: variant.state, lengths: lengths)
      let states = stack.states(
        over: .vectors(variant.input), from: variant.state, lengths: lengths)
      let top = states.history.hidden.suffix(variant.configuration.directionCount)
      expectEqualBits(concatenate(Array(top), axis: 2), result.output, "\(variant)")
      expectEqualBits(states.state, result.state, "\(variant)")
    }
  }

  /// What a cell makes of its gates is the state that the kernels made.
  @Test(arguments: Variant.unidirectional)
  func gatesMakeTheNextState(_ variant: Variant) throws {
    let stack = variant.stack
    for input in variant.inputs {
      let (history, _) = stack.states(over: input, from: variant.state)
      let gates = stack.gates(over: input, from: variant.state, history)
      #expect(gates.count == variant.configuration.layerCount)
      for (layer, gates) in gates.enumerated() {
        func before(_ first: Tensor, _ states: Tensor) -> Tensor {
          UnrollTensor.stack([first] + (0..<Variant.steps - 1).map { states[$0] })
        }
        let hidden = history.hidden[layer]
        switch variant.configuration.cell {
        case .rnnTanh, .rnnReLU: #expect(gates.isEmpty)
        case .lstm:
          let (i, f) = (try #require(gates[.input]), try #require(gates[.forget]))
          let (o, g) = (try #require(gates[.output]), try #require(gates[.candidate]))
          let cell = f * before(variant.state.cell[layer], history.cell[layer]) + i * g
          expectClose(cell, DoubleTensor(history.cell[layer]), relative: 1e-5, "\(variant), cell")
          let shown = o * tanh(cell)
          let projected =
            stack.weights[layer].projection.map { linear(shown, weight: $0, bias: nil) } ?? shown
          expectClose(projected, DoubleTensor(hidden), relative: 1e-5, "\(variant), hidden")
        case .gru:
          let (z, n) = (try #require(gates[.update]), try #require(gates[.candidate]))
          #expect(gates[.reset]?.shape == hidden.shape)
          let next = (1 - z) * n + z * before(variant.state.hidden[layer], hidden)
          expectClose(next, DoubleTensor(hidden), relative: 1e-5, "\(variant)")
        }
      }
    }
  }
}
