import Unroll

/// `logits MODEL < TOKENS`: for each token on standard input, a line with the logits of the one after it.
@main
struct Logits {
  static func main() throws {
    let model = try LanguageModel(contentsOf: CommandLine.arguments[1])
    var tokens: [Int32] = []
    while let line = readLine() { tokens += line.split(separator: " ").compactMap { Int32($0) } }
    var state = model.initialState(batchSize: 1)
    let logits = model.logits(
      after: Indices(tokens, shape: [tokens.count, 1]), state: &state)
    let size = model.tokenizer.vocabulary.count
    logits.withUnsafeElements { elements in
      for step in tokens.indices {
        print(elements[step * size..<(step + 1) * size].map(\.description).joined(separator: " "))
      }
    }
  }
}
