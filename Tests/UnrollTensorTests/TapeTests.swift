import Testing
import UnrollTensor
import UnrollTestSupport

@Suite struct TapeTests {
  @Test func gradientsOfSeveralUsesAddUp() {
    gradientCheck("x · x + tanh(x)", [.random([5], seed: 1)]) {
      [$0[0] * $0[0] + tanh($0[0]), $0[0].sum()]
    } twin: { operands in
      [
        operands[0].map { $0 * $0 + SlowReference.tanh($0) },
        SlowReference.sum(operands[0]),
      ]
    }
  }

  @Test func unusedAndDetachedVariablesHaveNoGradient() {
    let tape = Tape()
    let used = tape.variable(Tensor(2))
    let unused = tape.variable(Tensor(3))
    let detached = tape.variable(Tensor(4))
    _ = unused * unused
    let gradients = tape.gradients(of: used * detached.detached())
    #expect(gradients[0]?.scalar == 4)
    #expect(gradients[1] == nil && gradients[2] == nil)
  }

  @Test func numberThatDependsOnNothingHasNoGradients() {
    let tape = Tape()
    let x = tape.variable(Tensor(2))
    _ = x * x
    #expect(tape.gradients(of: Tensor(1)).allSatisfy { $0 == nil })
  }

  @Test func gradientOfAVariableWithRespectToItselfIsOne() {
    let tape = Tape()
    let x = tape.variable(Tensor(2))
    #expect(tape.gradients(of: x)[0]?.scalar == 1)
  }

  /// A tape and the tensors on it refer to each other; after the backward pass they must not.
  @Test(arguments: [true, false])
  func nothingIsKeptAfterTheBackwardPass(dependsOnVariable: Bool) {
    weak var kept: Tape?
    do {
      let tape = Tape()
      kept = tape
      let x = tape.variable(.random([3], seed: 1))
      let loss = (x * tanh(x)).sum()
      _ = tape.gradients(of: dependsOnVariable ? loss : Tensor(0))
    }
    #expect(kept == nil)
  }

  @Test func operationsWithoutVariablesRecordNothing() {
    let x = Tensor.random([3], seed: 1)
    #expect((x * tanh(x)).sum().node == nil)
  }
}
