import Unroll

let sentences = ["hey how are you", "good i am fine", "have a nice day"]
let length = sentences.map(\.count).max() ?? 0
let padded = sentences.map { $0 + String(repeating: " ", count: length - $0.count) }

let characters = Set(padded.joined()).sorted()
let numbers = Dictionary(uniqueKeysWithValues: zip(characters, Int32(0)...))

let rows = padded.map { sentence in Indices(sentence.compactMap { numbers[$0] }) }
let all = stack(rows).transposed(0, 1)
let (inputs, targets) = (all[..<(length - 1)], all[1...])

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
