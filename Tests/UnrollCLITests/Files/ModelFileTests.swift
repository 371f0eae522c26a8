import Foundation
import Testing

@Suite struct ModelFileTests {
  private let workplace: Workplace
  private let model: [UInt8]

  init() throws {
    workplace = try Workplace.withModel()
    model = try workplace.bytes(of: "fox.safetensors")
  }

  /// What `generate` says about a file of these bytes.
  private func refusal(of bytes: [UInt8]) throws -> Outcome {
    try workplace.write(bytes, to: "damaged")
    return try workplace.unroll("generate", "damaged", "--prompt", "fox", "--length", "1")
  }

  @Test func truncatedModelIsRefused() throws {
    for count in stride(from: 0, to: model.count, by: 1000) {
      let outcome = try refusal(of: Array(model[..<count]))
      #expect(outcome.status == 65)
      #expect(outcome.errors.hasPrefix("error: 'damaged'"))
      #expect(outcome.errors.split(separator: "\n").count == 1)
      #expect(outcome.output == "")
    }
  }

  @Test func whatIsNoModelIsRefused() throws {
    for (bytes, end) in [
      (
        [UInt8](repeating: 0, count: 5000), "give a .safetensors file that `unroll train` wrote\n"
      ),
      (
        [UInt8](fox.utf8),
        "is text, and a model of Unroll is needed; `unroll train damaged --output model.safetensors` learns from it\n"
      ),
      ([0xFF, 0xE0, 0xF5, 0x05, 0, 0, 0, 0, 0x7B, 0x7D], "it is cut off\n"),
      ([2, 0, 0, 0, 0, 0, 0, 0, 0x7B, 0x7D], "make one of a state_dict with `unroll convert`\n"),
    ] {
      let outcome = try refusal(of: bytes)
      #expect(outcome.status == 65)
      #expect(outcome.errors.hasPrefix("error: ") && outcome.errors.hasSuffix(end))
      #expect(outcome.output == "")
    }
  }

  @Test func missingModelIsRefused() throws {
    for (path, sentence) in [
      ("missing", "there is no such file; check the spelling of the path"),
      (".", "it is a folder; name a file"),
    ] {
      for arguments in [["generate", path, "--prompt", "a"], ["evaluate", path, "fox.txt"]] {
        let outcome = try workplace.unroll(arguments)
        #expect(outcome.status == 66)
        #expect(outcome.errors == "error: cannot read '\(path)': \(sentence)\n")
      }
    }
  }

  /// The header of the model with some text in it replaced.
  private func model(replacing text: String, by other: String) throws -> [UInt8] {
    let length = model[..<8].reversed().reduce(0) { $0 << 8 | Int($1) }
    let header = String(decoding: model[8..<8 + length], as: UTF8.self)
    try #require(header.contains(text))
    let changed = [UInt8](header.replacingOccurrences(of: text, with: other).utf8)
    let lengthBytes = withUnsafeBytes(of: UInt64(changed.count).littleEndian) { Array($0) }
    return lengthBytes + changed + model[(8 + length)...]
  }

  @Test(arguments: [
    (#"\"hiddenSize\":8"#, #"\"hiddenSize\":1000000"#, "where [4000000, 29] is needed"),
    (#"\"layers\":1"#, #"\"layers\":1024"#, "it lacks \"rnn.weight_ih_l1\""),
    (
      #"\"embeddingSize\":0"#, #"\"embeddingSize\":1048576"#,
      "it lacks \"embedding.weight\""
    ),
    (#"\"hiddenSize\":8"#, #"\"hiddenSize\":-8"#, "The hidden size is 1 ... 1048576, not -8"),
    (#"\"hiddenSize\":8"#, #"\"hiddenSize\":1e99"#, "configuration.hiddenSize: "),
    (
      #"\"cell\":\"lstm\""#, #"\"cell\":\"gru\""#,
      "is [32, 29] where [24, 29] is needed"
    ),
    (#"\"cell\":\"lstm\""#, #"\"cell\":\"brain\""#, "is no kind of cell of this version"),
    (
      #"\"entries\":["#, #"\"entries\":[\"more\","#, "where [32, 30] is needed"
    ),
    (
      #""language-model""#, #""classifier""#,
      "holds a model of the kind \"classifier\", and \"language-model\" is needed"
    ),
    (
      #""unroll.version":"1""#, #""unroll.version":"2""#,
      "has version \"2\" of the format of a language-model"
    ),
  ])
  func hostileMetadataIsRefused(text: String, other: String, named: String) throws {
    let outcome = try refusal(of: try model(replacing: text, by: other))
    #expect(outcome.status == 65)
    #expect(outcome.errors.hasPrefix("error: ") && outcome.errors.contains("damaged"))
    #expect(outcome.errors.contains(named))
    #expect(outcome.errors.split(separator: "\n").count == 1)
  }
}
