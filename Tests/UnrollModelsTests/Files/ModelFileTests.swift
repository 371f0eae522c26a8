import Testing
import UnrollFormats
import UnrollModels
import UnrollNN
import UnrollTensor
import UnrollTestSupport
import UnrollText

/// A language model as a file.
struct ModelFileTests {
  private func expectSame(_ loaded: LanguageModel, _ model: LanguageModel) {
    #expect(loaded.configuration == model.configuration)
    #expect(loaded.tokenizer == model.tokenizer)
    #expect(loaded.parameters.map(\.name) == model.parameters.map(\.name))
    for ((name, a), (_, b)) in zip(loaded.parameters, model.parameters) {
      expectEqualBits(a, b, name)
    }
  }

  @Test(arguments: Variant.all)
  func savedThenLoadedIsTheSameModel(_ variant: Variant) throws {
    let folder = try TemporaryFolder()
    let model = try variant.model()
    try model.write(to: folder("model.safetensors"))
    let loaded = try LanguageModel(contentsOf: folder("model.safetensors"))
    expectSame(loaded, model)
    #expect(
      try loaded.generate(prompt: "a", length: 20, seed: 5)
        == model.generate(prompt: "a", length: 20, seed: 5))
    try loaded.write(to: folder("again.safetensors"))
    #expect(try folder.bytes(of: "again.safetensors") == folder.bytes(of: "model.safetensors"))
  }

  @Test(arguments: TokenizerKind.allCases)
  func everyTokenizerIsKept(_ kind: TokenizerKind) throws {
    // Both spellings of é, a character of several scalars, one of two, quotes and a backslash.
    let text = "e\u{301}\u{E9} 👨‍👩‍👧\r\n\"\\\u{0}\u{2028} the theme there"
    for unknown in UnknownPolicy.allCases {
      let tokenizer = try Tokenizer(
        learning: .init(
          kind: kind, vocabularySize: kind == .bpe ? 265 : nil, unknown: unknown,
          reserved: [.end, .padding], normalization: .none, lowercase: unknown == .skip),
        from: text)
      let folder = try TemporaryFolder()
      let model = try Variant.all[1].model(tokenizer)
      try model.write(to: folder("model.safetensors"))
      let loaded = try LanguageModel(contentsOf: folder("model.safetensors"))
      expectSame(loaded, model)
      #expect(try loaded.tokenizer.encode(text) == tokenizer.encode(text))
    }
  }

  @Test(arguments: [Float(0), 0.1, 1 / 3, 0.999_999_94, .leastNonzeroMagnitude])
  func dropoutIsKeptToTheBit(_ dropout: Float) throws {
    let folder = try TemporaryFolder()
    let model = try LanguageModel(
      .init(cell: .gru, hiddenSize: 2, dropout: dropout), tokenizer: Tokenizer("ab"), seed: 0)
    try model.write(to: folder("model.safetensors"))
    let loaded = try LanguageModel(contentsOf: folder("model.safetensors"))
    #expect(loaded.configuration.dropout.bitPattern == dropout.bitPattern)
  }

  @Test(arguments: Variant.all)
  func theFileIsWhatPyTorchReads(_ variant: Variant) throws {
    let folder = try TemporaryFolder()
    let model = try variant.model()
    try model.write(to: folder("model.safetensors"))
    let file = try SafeTensors(contentsOf: folder("model.safetensors"))
    #expect(file.metadata["format"] == "pt")
    #expect(Set(file.tensors.map(\.name)) == Set(model.parameters.map(\.name)))
    for (name, value) in model.parameters {
      let stored = try file.tensor(named: name)
      #expect(stored.elementType == .float32)
      #expect(stored.shape == Array(value.shape))
      #expect(try stored.floats() == value.elements)
    }
  }

  @Test func aFileThatCannotBeWrittenIsAnError() throws {
    let folder = try TemporaryFolder()
    let model = try Variant.all[0].model()
    let error = #expect(throws: FileError.self) { try model.write(to: folder("missing/model")) }
    #expect(error?.code == .notFound)
  }

  @Test func anExistingFileIsReplaced() throws {
    let folder = try TemporaryFolder()
    let path = try folder.write([1, 2, 3])
    let model = try Variant.all[0].model()
    try model.write(to: path)
    expectSame(try LanguageModel(contentsOf: path), model)
  }
}
