import Foundation
import Testing

/// `unroll convert`.
struct ConvertTests {
  private static let golden = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    .appendingPathComponent("../UnrollModelsTests/Golden/torch-2.13.0")

  /// A workplace with files that PyTorch wrote, and a vocabulary of seven letters that fits them.
  private static func workplace() throws -> Workplace {
    let workplace = try Workplace()
    for name in ["lstm-in-checkpoint", "rnn-tanh", "refused/stream"] {
      try workplace.write(
        [UInt8](Data(contentsOf: golden.appendingPathComponent("\(name).pt"))),
        to: "\(name.split(separator: "/").last ?? "").pt")
    }
    try workplace.write(#"["a", "b", "c", "d", "e", "f", "g"]"#, to: "letters.json")
    try workplace.write(#"["a", "b", "c"]"#, to: "three.json")
    return workplace
  }

  @Test func aStateDictionaryBecomesAModel() throws {
    let workplace = try Self.workplace()
    let converted = try workplace.unroll(
      "convert", "lstm-in-checkpoint.pt", "model.safetensors", "--vocabulary", "letters.json")
    #expect(converted.status == 0)
    #expect(converted.output.isEmpty)
    #expect(converted.errors == "note: the state_dict is taken from \"model\"\n")
    let generated = try workplace.unroll(
      "generate", "model.safetensors", "--prompt", "abc", "--length", "20")
    #expect(generated.status == 0)
    #expect(generated.output.hasPrefix("abc") && generated.output.count == 24)

    // A model that was converted is converted again into the same one.
    let again = try workplace.unroll("convert", "model.safetensors", "again.safetensors")
    #expect(again.status == 0 && again.errors.isEmpty)
    #expect(
      try workplace.bytes(of: "again.safetensors") == workplace.bytes(of: "model.safetensors"))
  }

  @Test func assumptionsAreTold() throws {
    let workplace = try Self.workplace()
    try workplace.write(
      #"{"<unk>": 3, "a": 0, "b": 1, "c": 2, "<pad>": 4, "f": 5, "g": 6}"#, to: "special.json")
    let converted = try workplace.unroll(
      "convert", "rnn-tanh.pt", "model.safetensors", "--vocabulary", "special.json")
    #expect(converted.status == 0)
    #expect(converted.errors.contains("note: the file does not say what the RNN applies"))
    #expect(converted.errors.contains("note: reserved entries come first here (unknown, padding)"))
  }

  @Test(arguments: [
    (
      "rnn-tanh.pt model.safetensors", 64,
      "'rnn-tanh.pt' has weights and no vocabulary: give one with --vocabulary FILE.json, its entries in the order of their tokens"
    ),
    (
      "rnn-tanh.pt model.safetensors --vocabulary three.json", 65,
      "'three.json' has 3 entries and 'rnn-tanh.pt' predicts 7 tokens: give the vocabulary that it was trained with"
    ),
    (
      "rnn-tanh.pt model.safetensors --vocabulary none.json", 66,
      "cannot read 'none.json': there is no such file; check the spelling of the path"
    ),
    (
      "none.pt model.safetensors", 66,
      "cannot read 'none.pt': there is no such file; check the spelling of the path"
    ),
    (
      "stream.pt model.safetensors", 65,
      "'stream.pt' is a PyTorch file in the format from before version 1.6; write it anew with torch.save(torch.load(PATH), NEW)"
    ),
    ("letters.json model.pt", 64, "a model cannot be written as 'model.pt'"),
    (
      "letters.json model.safetensors", 65,
      "'letters.json' is JSON, and weights of PyTorch or a model of Unroll are needed; give the weights first, and a vocabulary with --vocabulary"
    ),
    (
      "rnn-tanh.pt none/model.safetensors --vocabulary letters.json", 73,
      "cannot write 'none/model.safetensors': its folder does not exist; create the folder first"
    ),
    (
      "rnn-tanh.pt model.safetensors --vocabulary letters.json --rnn lstm", 65,
      "'rnn-tanh.pt' has no tensor 'lstm.weight_ih_l0', so 'lstm' is no nn.RNN, nn.LSTM or nn.GRU of it"
    ),
    (
      "lstm-in-checkpoint.pt model.safetensors --vocabulary letters.json --nonlinearity relu", 64,
      "A nonlinearity belongs to an nn.RNN, and 'lstm-in-checkpoint.pt' has an LSTM: leave it out"
    ),
  ])
  func whatCannotBeConvertedIsRefused(_ arguments: String, status: Int32, sentence: String) throws {
    let workplace = try Self.workplace()
    let before = try workplace.names
    let outcome = try workplace.unroll(
      ["convert"] + arguments.split(separator: " ").map(String.init))
    #expect(outcome.status == status)
    #expect(outcome.output.isEmpty)
    #expect(outcome.errors.contains("error: \(sentence)"), "\(outcome.errors)")
    #expect(try workplace.names == before)
  }

  @Test(arguments: [
    "weights", "c.tar", "c.pth.tar", "-", "<(cat rnn-tanh.pt)", "/dev/stdin",
  ])
  func weightsUnderAnyNameAreConverted(_ name: String) throws {
    let workplace = try Self.workplace()
    try workplace.write(workplace.bytes(of: "rnn-tanh.pt"), to: "weights")
    for copy in ["c.tar", "c.pth.tar"] {
      try workplace.write(workplace.bytes(of: "rnn-tanh.pt"), to: copy)
    }
    _ = try workplace.unroll(
      "convert", "rnn-tanh.pt", "expected.safetensors", "--vocabulary", "letters.json")
    let outcome = try workplace.shell(
      "bash -c '\"$unroll\" convert \(name) model.safetensors --vocabulary letters.json' < rnn-tanh.pt"
    )
    #expect(outcome.status == 0, "\(outcome.errors)")
    #expect(
      try workplace.bytes(of: "model.safetensors") == workplace.bytes(of: "expected.safetensors"))
  }

  @Test func optionsForAStateDictionaryAreRefusedWithAModel() throws {
    let workplace = try Workplace.withModel()
    let outcome = try workplace.unroll(
      "convert", "fox.safetensors", "again.safetensors", "--tokens", "words")
    #expect(outcome.status == 64)
    #expect(
      outcome.firstError
        == "error: --tokens is for a state_dict of PyTorch, and 'fox.safetensors' is a model of Unroll: leave it out"
    )
  }
}
