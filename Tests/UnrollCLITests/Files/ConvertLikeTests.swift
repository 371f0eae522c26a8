import Foundation
import Testing

/// `unroll convert` of models that are no language models.
struct ConvertLikeTests {
  private let workplace: Workplace

  init() throws {
    workplace = try Workplace()
    try workplace.write(
      (0..<40).map { "\($0 % 2 == 0 ? "x\taa" : "y\tb")\($0 % 3)\n" }.joined(), to: "labels.tsv")
    try workplace.write(
      (0..<40).map { "\($0 % 2 == 0 ? "a\tX" : "b\tY")\n\($0 % 3 == 0 ? "\n" : "")" }.joined(),
      to: "tags.tsv")
    try workplace.write((0..<40).map { "\($0)\t\($0 + 1)\n" }.joined(), to: "pairs.tsv")
    for (kind, data) in [
      ("classifier", "labels.tsv"), ("tagger", "tags.tsv"), ("translator", "pairs.tsv"),
    ] {
      let trained = try workplace.unroll(
        "train-\(kind)", data, "--output", "\(kind).safetensors", "--hidden-size", "4",
        "--embedding-size", "4", "--epochs", "1", "--quiet")
      #expect(trained.status == 0, "\(trained.errors)")
      try workplace.write(withoutMetadata("\(kind).safetensors"), to: "\(kind)-state.safetensors")
    }
  }

  /// A model file as PyTorch would write its tensors.
  private func withoutMetadata(_ name: String) throws -> [UInt8] {
    let bytes = Data(try workplace.bytes(of: name))
    let size = bytes.prefix(8).enumerated().reduce(0) { $0 + Int($1.element) << (8 * $1.offset) }
    var header = try #require(
      try JSONSerialization.jsonObject(with: bytes[8..<8 + size]) as? [String: Any])
    header["__metadata__"] = nil
    let text = try JSONSerialization.data(withJSONObject: header)
    return (0..<8).map { UInt8(truncatingIfNeeded: text.count >> (8 * $0)) } + text
      + bytes[(8 + size)...]
  }

  @Test(arguments: [
    ("classifier", "classify"), ("tagger", "tag"), ("translator", "translate"),
  ])
  func weightsOfAKnownModelBecomeAModel(_ kind: String, _ command: String) throws {
    let outcome = try workplace.unroll(
      "convert", "\(kind)-state.safetensors", "back.safetensors", "--like", "\(kind).safetensors")
    #expect(outcome.status == 0, "\(outcome.errors)")
    let answers = try ["back.safetensors", "\(kind).safetensors"].map {
      try workplace.unroll([command, $0], input: "12 a b\n")
    }
    #expect(answers[0].status == 0 && answers[0].output == answers[1].output)
    #expect(answers[0].errors == answers[1].errors)
    let half = try workplace.unroll(
      "convert", "\(kind).safetensors", "half.safetensors", "--precision", "f16")
    #expect(half.status == 0, "\(half.errors)")
  }

  @Test(arguments: ["classifier", "tagger"])
  func graphsAreWritten(_ kind: String) throws {
    #expect(try workplace.unroll("convert", "\(kind).safetensors", "m.onnx").status == 0)
    #expect(try workplace.bytes(of: "m.onnx").count > 1000)
  }

  @Test(arguments: [
    (["convert", "translator.safetensors", "m.onnx"], 65, "a translator has no form in ONNX here"),
    (["convert", "tagger.safetensors", "folder/"], 65, "this is a tagger"),
    (
      ["convert", "tagger-state.safetensors", "m.safetensors", "--like", "classifier.safetensors"],
      65, "the model has no place for"
    ),
    (
      ["convert", "tagger.safetensors", "m.safetensors", "--like", "tagger.safetensors"], 64,
      "--like is for a state_dict"
    ),
    (
      [
        "convert", "tagger-state.safetensors", "m.safetensors", "--like", "tagger.safetensors",
        "--vocabulary", "v.json",
      ], 64, "--vocabulary is for a state_dict"
    ),
  ])
  func whatDoesNotFitIsRefused(_ arguments: [String], _ status: Int, _ sentence: String) throws {
    let outcome = try workplace.unroll(arguments)
    #expect(
      outcome.status == Int32(status) && outcome.errors.contains(sentence), "\(outcome.errors)")
    #expect(try workplace.names.allSatisfy { !$0.hasPrefix("m.") && !$0.hasPrefix("folder") })
  }
}
