import Testing
import UnrollModels
import UnrollNN
import UnrollTensor
import UnrollText

/// Vectors of the parts of texts.
struct TextEmbedderTests {
  private static let texts = [
    "The quick brown fox", "", "a", "jumps over\n\nthe lazy dog; naïve é 12",
    String(repeating: "It isn't so, e\u{301}te\u{301}. ", count: 30),
  ]

  private static let settings: [TokenizerSettings] = [
    .init(), .init(kind: .bytes), .init(kind: .words), .init(kind: .scalars, normalization: .nfc),
    .init(kind: .bpe, vocabularySize: 290), .init(reserved: [.end]),
    .init(kind: .words, reserved: [.beginning, .end], lowercase: true),
  ]

  private static func model(_ settings: TokenizerSettings, seed: UInt64 = 1) throws -> LanguageModel
  {
    try LanguageModel(
      .init(cell: .gru, layerCount: 2, hiddenSize: 6),
      tokenizer: Tokenizer(learning: settings, from: texts.joined(separator: "\n")), seed: seed)
  }

  @Test(arguments: settings)
  func vectorsAreStatesAndTextsAreAlone(_ settings: TokenizerSettings) throws {
    let model = try Self.model(settings)
    for layer in [1, 2] {
      let embedder = try TextEmbedder(model, per: .token, layer: layer)
      let together = try #require(try embedder.vectors(of: Self.texts))
      for (text, parts) in zip(Self.texts, together) {
        #expect(try embedder.vectors(of: text) == parts)
        var state = model.initialState(batchSize: 1)
        let vocabulary = model.tokenizer.vocabulary
        if let start = vocabulary.token(for: .beginning) ?? vocabulary.token(for: .end) {
          _ = model.logits(after: Indices([start], shape: [1, 1]), state: &state)
        }
        let tokens = try model.tokenizer.encode(text)
        #expect(tokens.count == parts.count)
        for (token, part) in zip(tokens, parts) {
          _ = model.logits(after: Indices([token], shape: [1, 1]), state: &state)
          #expect(part.vector == state.hidden[layer - 1].elements)
        }
        let size = model.tokenizer.decode(tokens).utf8.count
        #expect(parts.reduce(0) { $0 + $1.bytes.count } == size)
      }
    }
  }

  @Test(arguments: settings, EmbeddedUnit.allCases)
  func partsPoolTheirTokens(_ settings: TokenizerSettings, unit: EmbeddedUnit) throws {
    let model = try Self.model(settings)
    let text = Self.texts[4]
    let tokens = try TextEmbedder(model, per: .token).vectors(of: text)
    for pooling in StatePooling.allCases {
      for part in try TextEmbedder(model, per: unit, pooling: pooling).vectors(of: text) {
        let own = tokens.filter { $0.bytes.overlaps(part.bytes) }.map(\.vector)
        for place in 0..<6 {
          let values = own.map { $0[place] }
          let wanted =
            switch pooling {
            case .last: values.last
            case .mean: Optional(values.reduce(0, +) / Float(values.count))
            case .max: values.max()
            }
          #expect(part.vector[place] == wanted)
        }
      }
    }
  }

  @Test(arguments: [
    (EmbeddedUnit.word, ["jumps", "over", "the", "lazy", "dog", "naïve", "é", "12"]),
    (.line, ["jumps over", "", "the lazy dog; naïve é 12"]),
    (.document, ["jumps over\n\nthe lazy dog; naïve é 12"]),
  ])
  func partsAreWhatTheyAreCalled(unit: EmbeddedUnit, wanted: [String]) throws {
    let embedder = try TextEmbedder(try Self.model(.init()), per: unit)
    #expect(try embedder.vectors(of: Self.texts[3]).map(\.text) == wanted)
  }

  /// As documents are cut, whatever ends a line.
  @Test(arguments: ["over\nfox", "over\r\nfox\r\n", "over\rfox\r", "over\nfox\n"])
  func linesEndInAllWays(text: String) throws {
    let model = try LanguageModel(
      .init(cell: .gru, hiddenSize: 6),
      tokenizer: Tokenizer(learning: .init(kind: .scalars), from: "\r\nfoxver"),
      seed: 1)
    let lines = try TextEmbedder(model, per: .line).vectors(of: text)
    #expect(lines.map(\.text) == ["over", "fox"])
  }

  @Test func partWithoutTokensHasTheStateBeforeIt() throws {
    for settings in [TokenizerSettings(), .init(reserved: [.end])] {
      let model = try Self.model(settings)
      let tokens = try TextEmbedder(model, per: .token).vectors(of: "over\n\nfox")
      let lines = try TextEmbedder(model, per: .line).vectors(of: "over\n\nfox")
      #expect(lines[1].vector == tokens[4].vector)
      let empty = try TextEmbedder(model).vectors(of: "")
      let zeros = [Float](repeating: 0, count: 6)
      #expect(empty.count == 1 && (empty[0].vector == zeros) == settings.reserved.isEmpty)
    }
  }

  @Test(arguments: settings)
  func backwardModelReadsFromTheEnd(_ settings: TokenizerSettings) throws {
    // Learnt from both directions, so that every tokenizer knows both.
    let texts = Self.texts.map { text in
      (text, String(String.UnicodeScalarView(text.unicodeScalars.reversed())))
    }
    let tokenizer = try Tokenizer(
      learning: settings, from: texts.map { $0.0 + "\n" + $0.1 }.joined(separator: "\n"))
    let configuration = LanguageModel.Configuration(cell: .lstm, hiddenSize: 5)
    let model = try LanguageModel(configuration, tokenizer: tokenizer, seed: 1)
    let backward = try LanguageModel(configuration, tokenizer: tokenizer, seed: 2)
    let both = try TextEmbedder(model, backward: backward, per: .word)
    #expect(both.width == 10)
    for (text, reversed) in texts where settings.normalization == .none && !settings.lowercase {
      let forwardTokens = try TextEmbedder(model, per: .token).vectors(of: text)
      let backTokens = try TextEmbedder(backward, per: .token).vectors(of: reversed)
      let count = text.utf8.count
      for part in try both.vectors(of: text) {
        let behind = count - part.bytes.upperBound..<count - part.bytes.lowerBound
        let first = forwardTokens.last { $0.bytes.overlaps(part.bytes) }?.vector
        let second = backTokens.last { $0.bytes.overlaps(behind) }?.vector
        #expect(part.vector == (first ?? []) + (second ?? []))
      }
    }
  }

  @Test func impossibleRequestsAreRefused() throws {
    let model = try Self.model(.init())
    for layer in [0, 3, -1] {
      let error = #expect(throws: ModelError.self) { try TextEmbedder(model, layer: layer) }
      #expect(error?.message == "the model has the layers 1 ... 2, not \(layer)")
    }
    let embedder = try TextEmbedder(model)
    let unknown = #expect(throws: TextError.self) { try embedder.vectors(of: ["a", "ox€"]) }
    #expect(unknown?.message.contains("column 3 of text 2") == true)
    let lower = try LanguageModel(
      .init(cell: .gru, hiddenSize: 3),
      tokenizer: Tokenizer(learning: .init(lowercase: true), from: Self.texts[0]), seed: 1)
    let different = #expect(throws: TextError.self) {
      try TextEmbedder(model, backward: lower).vectors(of: "The")
    }
    #expect(different?.message.contains("not the same text to both models") == true)
    // "é" has two bytes, of which this one knows the first.
    let bytes = try LanguageModel(
      .init(cell: .gru, hiddenSize: 3),
      tokenizer: Tokenizer(learning: .init(kind: .bytes), from: "aã"), seed: 1)
    #expect(throws: TextError.self) {
      try TextEmbedder(bytes).vectors(of: ["aé"], unknown: .skip)
    }
    #expect(try embedder.vectors(of: ["a"], shouldStop: { true }) == nil)
  }
}
