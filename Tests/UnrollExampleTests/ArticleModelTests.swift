import Testing
import Unroll

/// The model of the tutorial written by hand: which character follows, in three sentences.
struct CharacterModel: Module {
  var rnn: RNN
  var output: Linear

  init(characterCount: Int, seed: UInt64) {
    var random = MersenneTwister(seed: seed)
    rnn = RNN(inputSize: characterCount, hiddenSize: 12, using: &random)
    output = Linear(inputSize: 12, outputSize: characterCount, using: &random)
  }

  mutating func forEachParameter(_ visit: (String, inout Tensor) -> Void) {
    rnn.forEachParameter(under: "rnn", visit)
    output.forEachParameter(under: "fc", visit)
  }

  /// Tokens `[T, N]` to the logits of the tokens that follow, `[T, N, V]`, and the state behind the last.
  func callAsFunction(
    _ tokens: Indices, state: RecurrentState? = nil
  ) -> (logits: Tensor, state: RecurrentState) {
    let (hidden, next) = rnn(.oneHot(tokens), state: state)
    return (output(hidden), next)
  }
}

/// The program of the tutorial in the documentation.
@Suite struct ArticleModelTests {
  private static let expectedLosses: [Float] = [
    2.4078, 2.1377, 1.7490, 1.3886, 1.0772, 0.7901, 0.5520, 0.3786, 0.2649, 0.1958,
  ]

  @Test func lossesAndCompletionAreThoseOfTheArticle() {
    let sentences = ["hey how are you", "good i am fine", "have a nice day"]
    let length = sentences.map(\.count).max() ?? 0
    let padded = sentences.map { $0 + String(repeating: " ", count: length - $0.count) }

    let characters = Set(padded.joined()).sorted()
    let numbers = Dictionary(uniqueKeysWithValues: zip(characters, Int32(0)...))

    let rows = padded.map { sentence in Indices(sentence.compactMap { numbers[$0] }) }
    let all = stack(rows).transposed(0, 1)
    let (inputs, targets) = (all[..<(length - 1)], all[1...])

    var model = CharacterModel(characterCount: characters.count, seed: 0)
    var adam = Adam(learningRate: 0.01)
    var losses: [Float] = []

    for _ in 1...100 {
      let (loss, gradient) = valueAndGradient(of: model) { model in
        crossEntropy(model(inputs).logits, targets)
      }
      adam.update(&model, along: gradient)
      losses.append(loss.scalar)
    }

    for epoch in stride(from: 10, through: 100, by: 10) {
      print(epoch, losses[epoch - 1])
    }

    let printed = stride(from: 9, to: 100, by: 10).map { (losses[$0] * 10_000).rounded() / 10_000 }
    #expect(printed == Self.expectedLosses)

    var text = "good"
    let start = Indices(text.compactMap { numbers[$0] }).reshaped([-1, 1])
    var (logits, state) = model(start)

    while text.count < length {
      let next = logits[-1].argmax()
      text.append(characters[Int(next.scalar)])
      (logits, state) = model(next.reshaped([1, 1]), state: state)
    }
    print("'\(text)'")

    #expect(text == "good i am fine ")
  }
}
