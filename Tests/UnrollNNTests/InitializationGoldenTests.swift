import Testing
import UnrollFormats
import UnrollNN
import UnrollTensor
import UnrollTestSupport

/// Initial values equal to those that PyTorch draws from the same seed, bit for bit.
struct InitializationGoldenTests {
  static let golden = Result { try GoldenFile("initialization") }

  @Test(arguments: try golden.get().cases)
  func initialValuesAreThoseOfPyTorch(_ golden: GoldenFile.Case) throws {
    let settings = golden.settings
    let seed = UInt64(try settings["seed"].integer())
    let parameters = try Self.module(golden, seed: seed).parameters
    #expect(parameters.map(\.name) == (try settings["parameters"].strings()))
    for (name, value) in parameters {
      expectEqualBits(value, try golden.tensor(name), "\(golden.name)/\(name)")
    }
  }

  private static func module(_ golden: GoldenFile.Case, seed: UInt64) throws -> any Module {
    let settings = golden.settings
    var random = MersenneTwister(seed: seed)
    switch try settings["module"].string() {
    case "recurrent":
      return RecurrentStack(try .init(golden: settings), using: &random)
    case "linear":
      return Linear(
        inputSize: try settings["inputSize"].integer(),
        outputSize: try settings["outputSize"].integer(), bias: try settings["bias"].boolean(),
        using: &random)
    case "embedding":
      return Embedding(
        vocabularySize: try settings["vocabularySize"].integer(),
        embeddingSize: try settings["embeddingSize"].integer(),
        paddingIndex: try settings["paddingIndex"].ifPresent?.integer(), using: &random)
    default:
      return try #require(composed(golden.name, using: &random), "an unknown model")
    }
  }

  /// Several modules from one generator, one after the other.
  private static func composed(_ name: String, using random: inout MersenneTwister) -> Composed? {
    if name.contains("embedding7x4-lstm4x6-linear6x7") {
      return Composed([
        ("embedding", Embedding(vocabularySize: 7, embeddingSize: 4, using: &random)),
        ("rnn", LSTM(inputSize: 4, hiddenSize: 6, layerCount: 2, using: &random)),
        ("fc", Linear(inputSize: 6, outputSize: 7, using: &random)),
      ])
    }
    if name.contains("embedding3x3-gru3x5-embedding3x5-linear5x3") {
      return Composed([
        ("first", Embedding(vocabularySize: 3, embeddingSize: 3, using: &random)),
        ("rnn", GRU(inputSize: 3, hiddenSize: 5, using: &random)),
        ("second", Embedding(vocabularySize: 3, embeddingSize: 5, using: &random)),
        ("fc", Linear(inputSize: 5, outputSize: 3, using: &random)),
      ])
    }
    if name.contains("rnn17x12-linear12x17") {
      return Composed([
        ("rnn", RNN(inputSize: 17, hiddenSize: 12, using: &random)),
        ("fc", Linear(inputSize: 12, outputSize: 17, using: &random)),
      ])
    }
    return nil
  }
}

private struct Composed: Module {
  private var parts: [(name: String, module: any Module)]

  init(_ parts: [(String, any Module)]) { self.parts = parts }

  mutating func forEachParameter(_ visit: (String, inout Tensor) -> Void) {
    for index in parts.indices {
      parts[index].module.forEachParameter(under: parts[index].name, visit)
    }
  }
}
