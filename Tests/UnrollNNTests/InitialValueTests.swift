import Testing
import UnrollNN
import UnrollTensor
import UnrollTestSupport

/// Initial values other than a layer's own.
struct InitialValueTests {
  private static func lstm() -> RecurrentStack {
    var random = MersenneTwister(seed: 0)
    return RecurrentStack(.init(cell: .lstm, inputSize: 5, hiddenSize: 6), using: &random)
  }

  @Test(arguments: [("xavier", InitialValues.xavier), ("kaiming", .kaiming)])
  func valuesAreThoseOfPyTorch(_ name: String, _ values: InitialValues) throws {
    let golden = try GoldenFile("initial-values")
    var model = Self.lstm()
    var random = MersenneTwister(seed: 3)
    model.initialize(values, using: &random)
    for (parameter, value) in model.parameters {
      expectClose(
        value, try golden.tensor("\(name)/\(parameter)"), relative: 1e-6, absolute: 1e-8, parameter)
    }
  }

  @Test func recurrentBlocksAreOrthogonal() {
    var model = Self.lstm()
    var random = MersenneTwister(seed: 3)
    model.initialize(.orthogonal, using: &random)
    let recurrent = model.weights[0].recurrent
    for gate in 0..<4 {
      let block = recurrent.sliced(gate * 6..<(gate + 1) * 6, axis: 0)
      var identity = Tensor(zeros: [6, 6])
      identity.withUnsafeMutableElements { elements in
        for index in 0..<6 { elements[7 * index] = 1 }
      }
      expectClose(
        linear(block, weight: block, bias: nil), identity, relative: 0, absolute: 1e-5)
    }
    #expect(model.weights[0].inputBias == Tensor(zeros: [24]))
  }

  @Test func uniformValuesFillTheirRange() {
    var model = Self.lstm()
    var random = MersenneTwister(seed: 3)
    model.initialize(.uniform(0.08), using: &random)
    for (_, value) in model.parameters {
      #expect(value.elements.allSatisfy { abs($0) <= 0.08 })
      #expect(value.elements.contains { abs($0) > 0.06 })
    }
  }

  @Test func forgetGatesBeginOpen() throws {
    var model = Self.lstm()
    let before = model
    model.setForgetBias(1)
    let (input, recurrent) = (
      try #require(model.weights[0].inputBias), try #require(model.weights[0].recurrentBias)
    )
    #expect(Array(input.elements[6..<12]) == Array(repeating: 1, count: 6))
    #expect(Array(recurrent.elements[6..<12]) == Array(repeating: 0, count: 6))
    let others = Array(0..<6) + Array(12..<24)
    #expect(others.allSatisfy { input.elements[$0] == before.weights[0].inputBias?.elements[$0] })
  }
}
