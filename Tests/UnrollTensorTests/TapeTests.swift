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

  /// With a constant in every place that an operation has.
  static let operations: [@Sendable (_ constant: Tensor, _ variable: Tensor) -> Tensor] = [
    { $0 * $1 }, { $1 * $0 }, { $0 + $1 * $1 },
    { concatenate([$1, $0], axis: 0).sum() + ($0 * $1).sum() },
    { linear($1.reshaped([1, 3]), weight: $0.reshaped([1, 3]), bias: nil) },
  ]

  @Test(arguments: operations.indices)
  func tensorKeptFromAClosedTapeIsAConstant(_ number: Int) {
    let operation = Self.operations[number]
    let start = Tensor.random([3], seed: 1)
    let values = Tensor.random([3], seed: 2)
    let old = Tape()
    // So that its nodes have the numbers of those to come, and others.
    let first = old.variable(start)
    let kept = tanh(tanh(first))
    _ = old.gradients(of: kept.sum())
    func gradient(_ constant: Tensor) -> Tensor? {
      let tape = Tape()
      let x = tape.variable(values)
      return tape.gradients(of: operation(constant, x).sum())[0]
    }
    for constant in [first, kept, tanh(kept)] {
      expectEqualBits(
        gradient(constant) ?? Tensor(.nan), gradient(constant.detached()) ?? Tensor(.nan),
        "operation \(number)")
    }
    #expect((kept * first).node == nil)
  }

  @Test func twoTapesAtOnceDoNotDisturbEachOther() {
    let (outer, inner) = (Tape(), Tape())
    let x = outer.variable(Tensor([2, 3], shape: [2]))
    let doubled = x * x
    let y = inner.variable(Tensor([5, 7], shape: [2]))
    let innerGradients = inner.gradients(of: (y * doubled.detached()).sum())
    let outerGradients = outer.gradients(of: (doubled * y).sum())
    #expect(innerGradients[0]?.elements == [4, 9])
    #expect(outerGradients[0]?.elements == [20, 42])
  }
}
