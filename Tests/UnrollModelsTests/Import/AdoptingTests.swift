import Testing
import UnrollModels
import UnrollNN
import UnrollTensor
import UnrollTestSupport
import UnrollText

/// A model that takes over the weights of another.
struct AdoptingTests {
  private func model(
    _ text: String, _ configuration: LanguageModel.Configuration, seed: UInt64,
    kind: TokenizerKind = .characters
  ) throws -> LanguageModel {
    let tokenizer = try Tokenizer(learning: TokenizerSettings(kind: kind), from: [text])
    return try LanguageModel(configuration, tokenizer: tokenizer, seed: seed)
  }

  private static let configurations: [LanguageModel.Configuration] = [
    .init(cell: .lstm, layerCount: 2, hiddenSize: 5, embeddingSize: 3),
    .init(cell: .gru, hiddenSize: 4, embeddingSize: 0),
    .init(cell: .rnnTanh, hiddenSize: 4, embeddingSize: 4, tiesWeights: true),
  ]

  @Test(arguments: configurations)
  func sameVocabularyTakesAll(_ configuration: LanguageModel.Configuration) throws {
    let source = try model("abcd", configuration, seed: 1)
    var other = configuration
    other.dropout = 0.5
    var taken = try model("dcba", other, seed: 2)
    try taken.adopt(source)
    for ((name, a), (_, b)) in zip(taken.parameters, source.parameters) {
      expectEqualBits(a, b, name)
    }
  }

  /// "bd" lie at 1 and 3 of one vocabulary, and at 0 and 2 of the other.
  @Test(arguments: configurations)
  func knownTokensKeepTheirRowsAndOthersTheirInitialValues(
    _ configuration: LanguageModel.Configuration
  ) throws {
    let source = try model("abcd", configuration, seed: 1)
    let fresh = try model("bcxdyz", configuration, seed: 2)
    var taken = fresh
    try taken.adopt(source)
    #expect(fresh.tokenizer.vocabulary.entries == ["b", "c", "d", "x", "y", "z"])
    for (((name, result), (_, initial)), (_, given)) in zip(
      zip(taken.parameters, fresh.parameters), source.parameters)
    {
      let isColumn = name == "rnn.weight_ih_l0" && configuration.embeddingSize == 0
      guard isColumn || ["embedding.weight", "fc.weight", "fc.bias"].contains(name) else {
        expectEqualBits(result, given, name)
        continue
      }
      func slice(_ tensor: Tensor, _ token: Int) -> [Float] {
        let vocabularySize = isColumn ? tensor.shape[1] : tensor.shape[0]
        let width = tensor.count / vocabularySize
        return (0..<width).map {
          tensor.elements[isColumn ? $0 * vocabularySize + token : token * width + $0]
        }
      }
      for (token, old) in [1, 2, 3, nil, nil, nil].enumerated() {
        let expected = old.map { slice(given, $0) } ?? slice(initial, token)
        #expect(slice(result, token) == expected, "\(name), token \(token)")
      }
    }
  }

  @Test(arguments: configurations)
  func modelWithAnExtendedVocabularyForgetsNothing(
    _ configuration: LanguageModel.Configuration
  ) throws {
    let source = try model("abcd", configuration, seed: 1)
    let learned = try Tokenizer(
      learning: TokenizerSettings(of: source.tokenizer), from: ["xbaé"])
    let tokenizer = try source.tokenizer.extended(by: learned)
    #expect(tokenizer.vocabulary.entries == ["a", "b", "c", "d", "x", "é"])
    var taken = try LanguageModel(configuration, tokenizer: tokenizer, seed: 2)
    let adoption = try taken.adopt(source)
    #expect(adoption.keptTokenCount == 4)
    #expect(adoption.newTokens == [.text("x"), .text("é")])
    #expect(adoption.droppedTokens.isEmpty)
    // What the other model says of its own tokens, this one says too, to the bit.
    let text = "abcdabbdc"
    let expected = try logits(of: text, by: source)
    let got = try logits(of: text, by: taken)
    for step in 0..<text.count {
      let own: [UInt32] = got[(6 * step)..<(6 * step + 4)].map(\.bitPattern)
      let theirs: [UInt32] = expected[(4 * step)..<(4 * step + 4)].map(\.bitPattern)
      #expect(own == theirs)
    }
  }

  private func logits(of text: String, by model: LanguageModel) throws -> [Float] {
    let tokens = try model.tokenizer.encode(text)
    var state = model.initialState(batchSize: 1)
    return model.logits(
      after: Indices(tokens, shape: [tokens.count, 1]), state: &state
    ).elements
  }

  @Test func whatIsKeptNewAndDroppedIsSaid() throws {
    var configuration = Self.configurations[0]
    configuration.dropout = 0.25
    func tokenizer(_ text: String, _ settings: TokenizerSettings) throws -> Tokenizer {
      try Tokenizer(learning: settings, from: [text])
    }
    let source = try LanguageModel(
      configuration,
      tokenizer: tokenizer("abcdefghij", .init(reserved: [.end], lowercase: true)), seed: 1)
    configuration.dropout = 0
    var taken = try LanguageModel(
      configuration,
      tokenizer: tokenizer(
        "ayz", .init(reserved: [.padding], normalization: .nfc, lowercase: true)),
      seed: 1)
    let adoption = try taken.adopt(source)
    #expect(
      adoption.description
        == "1 token keeps its weights, 3 are new (<padding> \"y\" \"z\"), 10 are dropped (<end> \"b\" \"c\" \"d\" \"e\" \"f\" …); kept: lower case yes; changed: normalization nfc for none, dropout 0.0 for 0.25"
    )
    var same = source
    #expect(
      try same.adopt(source).description
        == "11 tokens keep their weights; kept: lower case yes, dropout 0.25"
    )
  }

  @Test func otherArchitectureIsRefusedWithTheDifference() throws {
    let base = Self.configurations[0]
    let source = try model("abcd", base, seed: 1)
    func message(
      _ kind: TokenizerKind = .characters, _ change: (inout LanguageModel.Configuration) -> Void
    ) throws -> String? {
      var configuration = base
      change(&configuration)
      var other = try model("abcd", configuration, seed: 2, kind: kind)
      return #expect(throws: ModelError.self) { try other.adopt(source) }?.message
    }
    let start = "the weights are of another architecture: their "
    #expect(
      try message { $0.hiddenSize = 6 } == start + "hidden size is 5, and 6 is asked for")
    #expect(
      try message { $0.layerCount = 1 } == start + "number of layers is 2, and 1 is asked for")
    #expect(
      try message { $0.embeddingSize = 0 } == start + "embedding size is 3, and 0 is asked for")
    #expect(try message { $0.cell = .gru } == start + "cell is lstm, and gru is asked for")
    #expect(
      try message(.bytes) { _ in } == start + "kind of token is characters, and bytes is asked for")
  }
}
