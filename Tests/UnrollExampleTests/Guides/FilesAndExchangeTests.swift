import Testing
import Unroll

/// The code of the guide of this name.
@Suite struct FilesAndExchangeTests {
  private let folder: GuideFolder
  private var path: String { folder["model.safetensors"] }
  private var smaller: String { folder["smaller.safetensors"] }
  private var layerPath: String { folder["layer.safetensors"] }

  init() throws { folder = try GuideFolder() }

  @Test func aModelIsAFile() throws {
    let model = try folder.model()

    try model.write(to: path)
    let same = try LanguageModel(contentsOf: path)

    try model.write(to: smaller, precision: .float16)

    let bytes = try model.bytes()
    let copy = try LanguageModel(bytes: bytes)

    let file = try ModelFile(contentsOf: path)
    print(file.kind, file.training?.text ?? "")

    #expect(try same.bytes() == bytes && copy.bytes() == bytes)
    #expect(try LanguageModel(contentsOf: smaller).tokenizer == model.tokenizer)
    #expect(file.kind == LanguageModel.kind)
  }

  @Test func aModuleIsAFile() throws {
    var random = MersenneTwister(seed: 0)
    let layer = Linear(inputSize: 4, outputSize: 2, using: &random)

    try layer.tensors().write(to: layerPath)
    var loaded = Linear(inputSize: 4, outputSize: 2, using: &random)
    try loaded.load(SafeTensors(contentsOf: layerPath))

    #expect(loaded.weight == layer.weight)
  }

  @Test func aStateDictionaryBecomesAModel() throws {
    let tokenizer = try folder.model().tokenizer
    try folder.model().tensors().write(to: path)

    let weights = StateDictionary(try SafeTensors(contentsOf: path))
    let vocabulary = try ImportedVocabulary(entries: tokenizer.vocabulary.entries)
    let imported = try LanguageModelImport(of: weights, vocabulary: vocabulary).model

    #expect(try imported.parameters.map(\.value) == folder.model().parameters.map(\.value))
  }
}
