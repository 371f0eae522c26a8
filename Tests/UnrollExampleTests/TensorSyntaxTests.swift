import Foundation
import Testing
import Unroll

/// What people type first, beside Foundation, whose functions have some of the same names.
@Suite struct TensorSyntaxTests {
  private let x = Tensor([[1, -2, 4], [8, 16, -32]])

  @Test func numbersAndTensorsMeetInAllOperations() {
    #expect((x * 2).elements == [2, -4, 8, 16, 32, -64])
    #expect(2 * x == x * 2.0)
    #expect(x + 1 == 1 + x)
    #expect((1 - x).elements == [0, 3, -3, -7, -15, 33])
    #expect((x - 1) == -(1 - x))
    #expect((x / 2).elements == [0.5, -1, 2, 4, 8, -16])
    #expect((16 / x).elements == [16, -8, 4, 2, 1, -0.5])
    #expect((x / x).elements == [1, 1, 1, 1, 1, 1])
    #expect(-x == 0 - x)
    #expect(x / Tensor([2, 4, 8]) == x * Tensor([0.5, 0.25, 0.125]))
  }

  @Test func assignmentsChangeTheVariableAlone() {
    var y = x
    y += 1
    y -= x
    #expect(y == Tensor(repeating: 1, shape: [2, 3]))
    y *= x
    y /= 4
    y -= 0.25
    y *= 4
    y += Tensor([1, 2, 3])
    y /= Tensor([[1], [2]])
    #expect(y.elements == [1, -1, 6, 4, 8.5, -15])
    #expect(x[0].elements == [1, -2, 4])
  }

  @Test func functionsCoexistWithThoseOfNumbers() {
    #expect(sqrt(abs(x))[1][0].scalar == sqrt(8))
    #expect(abs(-2) == 2 && max(1, 2) == 2 && sqrt(4.0) == 2)
    #expect(exp(Tensor(0)).scalar == 1 && exp(0.0) == 1)
    #expect(x.max().scalar == 16 && x.min(axis: 0).elements == [1, -2, -32])
    #expect(x.argmax() == Indices([2, 1]))
    #expect(x.topK(2).values == Tensor([[4, 1], [16, 8]]))
  }

  @Test func rowsAndColumnsAreTakenAndNormalised() {
    #expect(x[-1] == x[1] && x[1...] == x.sliced(1..<2, axis: 0))
    let shares = abs(x) / abs(x).sum(axis: -1, keepsAxis: true)
    #expect(abs(shares.sum(axis: 1) - 1).max().scalar < 1e-6)
    #expect((x - x.mean(axis: -1, keepsAxis: true)).sum(axis: -1)[0].scalar == 0)
    #expect(x.replacing(with: 0, where: x .< 0) == relu(x))
  }
}
