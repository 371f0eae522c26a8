import Foundation
import Testing
import UnrollFormats
import UnrollModels
import UnrollNN
import UnrollTensor
import UnrollText
import UnrollTestSupport

/// Which tensors become which part of a model, and what is refused.
struct ImportTests {
  typealias Shapes = [String: [Int]]

  /// A `state_dict` of numbers that follow from names and positions.
  private func weights(_ shapes: Shapes) throws -> StateDictionary {
    var writer = SafeTensorsWriter()
    for (name, shape) in shapes {
      let seed = name.utf8.reduce(0) { $0 &* 31 &+ Int($1) }
      let count = shape.reduce(1, *)
      try writer.add(
        name, shape: shape, values: (0..<count).map { Float(($0 &* 7 &+ seed) % 19 - 9) / 10 })
    }
    return StateDictionary(try SafeTensors(bytes: writer.bytes(), source: "weights"))
  }

  private func vocabulary(_ entries: String) throws -> ImportedVocabulary {
    try ImportedVocabulary(entries: entries.map(String.init), kind: .characters)
  }

  /// The layers of an RNN of 3 units.
  private static func rnn(_ prefix: String, inputSize: Int, gates: Int = 1, layers: Int = 1)
    -> Shapes
  {
    var shapes: Shapes = [:]
    for layer in 0..<layers {
      shapes["\(prefix)weight_ih_l\(layer)"] = [3 * gates, layer == 0 ? inputSize : 3]
      shapes["\(prefix)weight_hh_l\(layer)"] = [3 * gates, 3]
      shapes["\(prefix)bias_ih_l\(layer)"] = [3 * gates]
      shapes["\(prefix)bias_hh_l\(layer)"] = [3 * gates]
    }
    return shapes
  }

  private static func linear(_ name: String, rows: Int = 5) -> Shapes {
    ["\(name).weight": [rows, 3], "\(name).bias": [rows]]
  }

  // MARK: What is found

  static let found:
    [(shapes: Shapes, names: ModuleNames, configuration: LanguageModel.Configuration)] = [
      (
        rnn("rnn.", inputSize: 5) + linear("fc"), ModuleNames(),
        .init(cell: .rnnTanh, hiddenSize: 3)
      ),
      (
        rnn("a.b.lstm.", inputSize: 2, gates: 4, layers: 3) + linear("out") + [
          "wte.weight": [5, 2]
        ], ModuleNames(),
        .init(cell: .lstm, layerCount: 3, hiddenSize: 3, embeddingSize: 2)
      ),
      (
        // The embedding has as many columns as the linear layer; the bias tells them apart.
        rnn("gru.", inputSize: 3, gates: 3) + linear("decoder") + ["encoder.weight": [5, 3]],
        ModuleNames(),
        .init(cell: .gru, hiddenSize: 3, embeddingSize: 3)
      ),
      (
        // Nothing does, but names.
        rnn("gru.", inputSize: 3, gates: 3) + ["x.weight": [5, 3], "y.weight": [5, 3]],
        ModuleNames(embedding: "x", linear: "y"),
        .init(cell: .gru, hiddenSize: 3, embeddingSize: 3)
      ),
      (
        // A shared weight that was written under one of its two names.
        rnn("rnn.", inputSize: 3) + ["embedding.weight": [5, 3], "fc.bias": [5]], ModuleNames(),
        .init(cell: .rnnTanh, hiddenSize: 3, embeddingSize: 3, tiesWeights: true)
      ),
      (
        rnn("rnn.", inputSize: 3) + linear("fc"), ModuleNames(),
        .init(cell: .rnnTanh, hiddenSize: 3, embeddingSize: 3, tiesWeights: true)
      ),
      (
        // Parts of another model beside the named ones.
        rnn("a.rnn.", inputSize: 5) + linear("a.fc") + rnn("b.rnn.", inputSize: 5) + linear("b.fc"),
        ModuleNames(recurrent: "b.rnn", linear: "b.fc"), .init(cell: .rnnTanh, hiddenSize: 3)
      ),
    ]

  @Test(arguments: found.indices)
  func partsAreFoundByShapeOrName(_ index: Int) throws {
    let (shapes, names, configuration) = Self.found[index]
    let weights = try weights(shapes)
    let model = try LanguageModelImport(
      of: weights, vocabulary: vocabulary("abcde"), names: names
    ).model
    #expect(model.configuration == configuration)
    // Whatever the names, each parameter is one of the tensors.
    let tensors = try weights.tensors.map { try Tensor($0.floats(), shape: Shape($0.shape)) }
    for (name, value) in model.parameters {
      #expect(
        tensors.contains(value) || value == Tensor(zeros: value.shape),
        "\(name) is no tensor of the file")
    }
  }

  @Test func missingBiasesAreZerosWithANote() throws {
    let imported = try LanguageModelImport(
      of: weights([
        "rnn.weight_ih_l0": [3, 5], "rnn.weight_hh_l0": [3, 3], "fc.weight": [5, 3],
      ]), vocabulary: vocabulary("abcde"))
    for (name, value) in imported.model.parameters where name.contains("bias") {
      #expect(value == Tensor(zeros: value.shape), "\(name)")
    }
    #expect(imported.notes.contains { $0.contains("linear layer has no bias") })
    #expect(imported.notes.contains { $0.contains("recurrent layers without biases") })
    #expect(imported.notes.contains { $0.contains("tanh is assumed") })
  }

  // MARK: What is refused

  static let refused: [(shapes: Shapes, names: ModuleNames, words: [String])] = [
    (linear("fc"), .init(), ["no recurrent layers", "weight_ih_l0"]),
    (rnn("rnn.", inputSize: 5), .init(), ["no linear layer of 3 columns"]),
    (
      rnn("rnn.", inputSize: 5) + linear("fc"), .init(recurrent: "lstm"),
      ["'lstm.weight_ih_l0'", "'lstm'"]
    ),
    (rnn("rnn.", inputSize: 5) + linear("fc"), .init(linear: "out"), ["'out.weight'"]),
    (
      rnn("rnn.", inputSize: 5) + linear("fc"), .init(embedding: "emb"), ["'emb.weight'", "[5, 5]"]
    ),
    (
      rnn("a.", inputSize: 5) + rnn("b.", inputSize: 5) + linear("fc"), .init(),
      ["several", #""a" and "b""#, "--rnn"]
    ),
    (
      rnn("rnn.", inputSize: 5) + linear("x") + linear("y"), .init(),
      [#""x""#, #""y""#, "--linear"]
    ),
    (rnn("rnn.", inputSize: 5, gates: 2) + linear("fc"), .init(), ["[6, 3]", "4 H"]),
    (rnn("rnn.", inputSize: 4) + linear("fc"), .init(), ["5 outputs", "vectors of 4"]),
    (
      rnn("rnn.", inputSize: 5) + linear("fc") + ["rnn.weight_ih_l0_reverse": [3, 5]], .init(),
      ["weight_ih_l0_reverse", "bidirectional"]
    ),
    (
      rnn("rnn.", inputSize: 5) + linear("fc") + ["rnn.weight_hr_l0": [2, 3]], .init(),
      ["weight_hr_l0", "projection"]
    ),
    (
      rnn("rnn.", inputSize: 5) + linear("fc") + ["norm.weight": [3]], .init(),
      [#""norm.weight""#, "no place"]
    ),
    (
      rnn("rnn.", inputSize: 5) + linear("fc") + ["rnn.weight_hh_l0": [3, 3, 1]], .init(),
      ["weight_hh_l0", "matrices"]
    ),
    (
      rnn("rnn.", inputSize: 5, layers: 2) + linear("fc") + ["rnn.weight_ih_l1": [3, 7]], .init(),
      [#""rnn.weight_ih_l1""#, "[3, 7]", "[3, 3]"]
    ),
    (
      rnn("rnn.", inputSize: 5) + linear("fc") + ["rnn.weight_hh_l0": [0, 0]], .init(), ["[0, 0]"]
    ),
    (
      rnn("rnn.", inputSize: 5) + linear("fc", rows: 6) + ["e.weight": [6, 5]], .init(),
      ["'vocabulary' has 5 entries", "'weights' predicts 6"]
    ),
  ]

  @Test(arguments: refused.indices)
  func otherModelsAreRefusedWithAReason(_ index: Int) throws {
    let (shapes, names, words) = Self.refused[index]
    let weights = try weights(shapes)
    let error = #expect(throws: ModelError.self) {
      try LanguageModelImport(of: weights, vocabulary: vocabulary("abcde"), names: names)
    }
    #expect(error?.code == .notImportable)
    for word in words + ["'weights'"] {
      #expect(error?.message.contains(word) == true, "\(word): \(error?.message ?? "")")
    }
  }

  @Test func aNonlinearityBelongsToAnRNN() throws {
    let weights = try weights(Self.rnn("lstm.", inputSize: 5, gates: 4) + Self.linear("fc"))
    #expect(throws: ModelError.self) {
      try LanguageModelImport(of: weights, vocabulary: vocabulary("abcde"), nonlinearity: .relu)
    }
  }

  // MARK: Tokens

  @Test(arguments: [0, 4])
  func renumberedTokensKeepTheirLogits(embeddingSize: Int) throws {
    let shapes =
      Self.rnn("rnn.", inputSize: embeddingSize == 0 ? 5 : embeddingSize) + Self.linear("fc")
      + (embeddingSize == 0 ? [:] : ["emb.weight": [5, embeddingSize]])
    let weights = try weights(shapes)
    let plain = try LanguageModelImport(of: weights, vocabulary: vocabulary("abcde")).model
    let entries = ["a", "<pad>", "c", "<unk>", "e"]
    let imported = try LanguageModelImport(
      of: weights, vocabulary: ImportedVocabulary(entries: entries, kind: .characters))
    let vocabulary = imported.model.tokenizer.vocabulary
    #expect(vocabulary.reserved == [.unknown, .padding])
    #expect(imported.model.tokenizer.unknown == .token)
    #expect(imported.notes.contains { $0.contains("renumbered") })

    // Where each token of the file went.
    let token: [Int32] = [
      vocabulary.token(for: "a"), vocabulary.token(for: .padding), vocabulary.token(for: "c"),
      vocabulary.token(for: .unknown), vocabulary.token(for: "e"),
    ].compactMap { $0 }
    let text: [Int32] = [0, 3, 2, 1, 4, 4, 0]
    let expected = logits(plain, text)
    let got = logits(imported.model, text.map { token[Int($0)] })
    for step in text.indices {
      for position in 0..<5 {
        #expect(got[step * 5 + Int(token[position])] == expected[step * 5 + position])
      }
    }
  }

  private func logits(_ model: LanguageModel, _ tokens: [Int32]) -> [Float] {
    var state = model.initialState(batchSize: 1)
    return model.logits(
      after: Indices(tokens, shape: [tokens.count, 1]), state: &state
    ).withUnsafeElements { Array($0) }
  }

  @Test func vocabularyFilesAreListsOrMaps() throws {
    let folder = try TemporaryFolder()
    let list = try folder.write([UInt8](#"["b", "a", "é"]"#.utf8), to: "list.json")
    let map = try folder.write([UInt8](#"{"a": 1, "b": 0, "é": 2}"#.utf8), to: "map.json")
    for path in [list, map] {
      let vocabulary = try ImportedVocabulary(contentsOf: path)
      #expect(vocabulary.tokenizer.vocabulary.entries == ["b", "a", "é"])
      #expect(vocabulary.positions == [0, 1, 2])
    }
  }

  @Test func markInFrontOfAVocabularyIsPassedOver() throws {
    let folder = try TemporaryFolder()
    let path = try folder.write([0xEF, 0xBB, 0xBF] + Array(#"["b", "a"]"#.utf8), to: "v.json")
    #expect(try ImportedVocabulary(contentsOf: path).tokenizer.vocabulary.entries == ["b", "a"])
  }

  /// What Python's `set(text)` has are scalars: combining marks, joiners and both parts of CRLF are entries.
  @Test func scalarsAreWhatEntriesAreUnlessToldOtherwise() throws {
    let text = "e\u{301}\r\n👨‍👩‍👧"
    let entries = Set(text.unicodeScalars).sorted().map { String(Character($0)) }
    let vocabulary = try ImportedVocabulary(entries: entries)
    #expect(vocabulary.tokenizer.kind == .scalars)
    let tokens = try vocabulary.tokenizer.encode(text).map { entries[Int($0)] }
    #expect(tokens.joined().unicodeScalars.elementsEqual(text.unicodeScalars))
    #expect(tokens.count == text.unicodeScalars.count)
  }

  @Test func wordsWithoutTheBlanksBetweenThemAreRefused() throws {
    for entries in [["<unk>", "the", "fox"], ["don't", "stop", ","]] {
      let error = #expect(throws: TextError.self) {
        try ImportedVocabulary(entries: entries, kind: .words)
      }
      #expect(error?.code == .invalidDescription)
      #expect(error?.message.contains("the words that split() leaves") == true)
    }
    let vocabulary = try ImportedVocabulary(entries: ["the", " ", "fox"], kind: .words)
    #expect(try vocabulary.tokenizer.encode("the fox") == [0, 1, 2])
  }

  @Test(arguments: [
    ("", "not JSON"), ("3", "no vocabulary"), ("[1]", #"with "1" among its entries"#),
    ("[]", "no vocabulary"),
    (#"["a", "a"]"#, "there twice"), (#"{"a": 0, "b": 0}"#, #"entry "b" to "0""#),
    (#"{"a": 1}"#, "from 1 to 1: if the model has a position 0"),
    (#"{"a": 2, "b": 1, "c": 3}"#, "from 1 to 3: if the model has a position 0"),
    (#"{"0": "a", "1": "b"}"#, "the other way around"),
    (#"{"stoi": {"a": 0}, "itos": ["a"]}"#, #"more in its member "stoi""#),
    (#"[["a", 0], ["b", 1]]"#, "among its entries"),
    (#"{"a": "0"}"#, #"entry "a""#), (#"{"a": 1e300}"#, #"entry "a""#),
    (#"{"a": -1}"#, #"entry "a""#), (#"["a", "the"]"#, "--tokens words"), (#"["a", ""]"#, "empty"),
    (#"["a", "e\u0301"]"#, "--tokens characters"),
    ("a\nb\nc\n", "not JSON"),
  ])
  func otherVocabularyFilesAreRefused(text: String, words: String) throws {
    let folder = try TemporaryFolder()
    let path = try folder.write([UInt8](text.utf8), to: "vocabulary.json")
    let error = #expect(throws: TextError.self) { try ImportedVocabulary(contentsOf: path) }
    #expect(error?.code == .invalidDescription)
    #expect(error?.message.contains("'\(path)'") == true)
    #expect(error?.message.contains(words) == true, "\(error?.message ?? "")")
  }
}

private func + (left: ImportTests.Shapes, right: ImportTests.Shapes) -> ImportTests.Shapes {
  left.merging(right) { $1 }
}
