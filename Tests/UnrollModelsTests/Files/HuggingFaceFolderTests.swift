import Foundation
import Testing
import UnrollFormats
import UnrollModels
import UnrollNN
import UnrollText
import UnrollTestSupport

@Suite struct HuggingFaceFolderTests {
  private let folder: TemporaryFolder

  init() throws {
    folder = try TemporaryFolder()
  }

  private func json(_ name: String) throws -> JSON.Field {
    try folder.bytes(of: name).withUnsafeBytes { try JSON(parsing: $0) }.field(named: name)
  }

  @Test func folderHoldsTheModelAndSaysTheSameInOtherWords() throws {
    let tokenizer = try Tokenizer(
      learning: .init(unknown: .error, reserved: [.padding, .end]), from: "abc")
    let model = try Variant.all[1].model(tokenizer)
    #expect(
      try model.writeHuggingFaceFolder(
        to: folder("out/"), training: TrainingRecord(parsing: #"{"steps":7}"#), precision: .float16)
        == nil)
    #expect(
      try FileManager.default.contentsOfDirectory(atPath: folder("out")).sorted() == [
        "README.md", "config.json", "model.safetensors", "tokenizer.json",
        "tokenizer_config.json",
      ])
    let loaded = try LanguageModel(contentsOf: folder("out/model.safetensors"))
    #expect(loaded.configuration == model.configuration && loaded.tokenizer == tokenizer)

    let config = try json("out/config.json")
    #expect(try config["model_type"].string() == "unroll")
    #expect(try config["vocab_size"].integer() == 5)
    #expect(try config["hidden_size"].integer() == 9)
    #expect(try config["num_hidden_layers"].integer() == 2)
    #expect(try config["torch_dtype"].string() == "float16")
    #expect(try config["pad_token_id"].integer() == 0)
    #expect(try config["eos_token_id"].integer() == 1)
    #expect(try json("out/tokenizer_config.json")["eos_token"].string() == "<eos>")
    #expect(try json("out/tokenizer.json").value == HuggingFaceTokenizer(tokenizer).json)

    let card = String(decoding: try folder.bytes(of: "out/README.md"), as: UTF8.self)
    #expect(card.hasPrefix("---\nlibrary_name: unroll\npipeline_tag: text-generation\n"))
    #expect(card.contains("\n---\n# out\n"))
    #expect(card.contains("| training: steps | 7 |"))
  }

  @Test func tokenizerThatTheFormatCannotSayIsLeftOutWithTheReason() throws {
    let tokenizer = try Tokenizer(learning: .init(unknown: .token), from: "abc")
    let reason = try Variant.all[0].model(tokenizer).writeHuggingFaceFolder(to: folder("out"))
    #expect(reason?.contains("train on scalars instead") == true)
    #expect(
      try FileManager.default.contentsOfDirectory(atPath: folder("out")).sorted() == [
        "README.md", "config.json", "model.safetensors",
      ])
    let card = String(decoding: try folder.bytes(of: "out/README.md"), as: UTF8.self)
    #expect(card.contains("There is no `tokenizer.json`: \(reason ?? "?")."))
  }

  @Test func folderThatExistsIsSpared() throws {
    let model = try Variant.all[0].model()
    try model.writeHuggingFaceFolder(to: folder("out"))
    let before = try folder.bytes(of: "out/README.md")
    let error = #expect(throws: FileError.self) {
      try model.writeHuggingFaceFolder(to: folder("out"))
    }
    #expect(error?.code == .alreadyExists)
    #expect(try folder.bytes(of: "out/README.md") == before)
  }
}
