import Testing
import UnrollFormats
import UnrollModels
import UnrollNN
import UnrollTensor
import UnrollTestSupport
import UnrollText

/// A model whose weights stay in its file, since that is large.
@Suite struct MappedModelTests {
  private let folder: TemporaryFolder
  private let model: LanguageModel

  init() throws {
    folder = try TemporaryFolder()
    model = try LanguageModel(
      .init(cell: .gru, hiddenSize: 1024, embeddingSize: 512),
      tokenizer: Tokenizer(learning: .init(), from: "abcdef"), seed: 1)
    try model.write(to: folder("model"))
    try #require(try folder.bytes(of: "model").count > 16 << 20)
  }

  @Test func mappedModelIsTheModelAndOutlivesItsFile() throws {
    let loaded = try LanguageModel(contentsOf: folder("model"))
    // Another model takes the name.
    try Variant.all[0].model().write(to: folder("model"))
    #expect(
      try loaded.generate(prompt: "abc", length: 8, seed: 1)
        == model.generate(prompt: "abc", length: 8, seed: 1))
    for ((name, a), (_, b)) in zip(loaded.parameters, model.parameters) {
      expectEqualBits(a, b, name)
    }
  }

  @Test func changingAMappedModelLeavesItsFile() throws {
    let before = try folder.bytes(of: "model")
    var loaded = try LanguageModel(contentsOf: folder("model"))
    loaded.forEachParameter { _, parameter in
      parameter.withUnsafeMutableElements { $0.update(repeating: 0) }
    }
    #expect(loaded.parameters.allSatisfy { $0.value.elements.allSatisfy { $0 == 0 } })
    #expect(try folder.bytes(of: "model") == before)
  }

  @Test func mappedModelCanBeWrittenOverItsOwnFile() throws {
    let before = try folder.bytes(of: "model")
    try LanguageModel(contentsOf: folder("model")).write(to: folder("model"))
    #expect(try folder.bytes(of: "model") == before)
  }
}
