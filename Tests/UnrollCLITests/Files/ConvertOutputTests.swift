import Foundation
import Testing

/// What `convert` makes of a model of Unroll.
@Suite struct ConvertOutputTests {
  private let workplace: Workplace

  init() throws {
    workplace = try Workplace.withModel()
  }

  @Test func copyIsTheSameFileWithItsTrainingRecord() throws {
    let outcome = try workplace.unroll("convert", "fox.safetensors", "copy.safetensors")
    #expect(outcome.status == 0 && outcome.errors == "" && outcome.output == "")
    #expect(
      try workplace.bytes(of: "copy.safetensors") == workplace.bytes(of: "fox.safetensors"))
  }

  @Test(arguments: ["f16", "bf16"])
  func smallerFileGeneratesAndIsWhatTrainingWouldWrite(precision: String) throws {
    _ = try workplace.unroll(
      "convert", "fox.safetensors", "small.safetensors", "--precision", precision)
    let sizes = try ["fox", "small"].map { try workplace.bytes(of: "\($0).safetensors").count }
    #expect(sizes[1] < sizes[0])
    let outcome = try workplace.unroll(
      "generate", "small.safetensors", "--prompt", "fox", "--length", "5")
    #expect(outcome.status == 0 && outcome.output.count == 9)
    let training = try workplace.unroll(
      ["train", "fox.txt", "--output", "trained.safetensors", "--quiet", "--precision", precision]
        + small)
    #expect(training.status == 0)
    #expect(
      try workplace.bytes(of: "trained.safetensors") == workplace.bytes(of: "small.safetensors"))
  }

  @Test(arguments: [["graph.onnx"], ["graph", "--to", "onnx"]])
  func graphIsWritten(arguments: [String]) throws {
    let outcome = try workplace.unroll(["convert", "fox.safetensors"] + arguments)
    #expect(outcome.status == 0 && outcome.errors == "")
    let bytes = try workplace.bytes(of: arguments[0])
    #expect(bytes.starts(with: [0x08, 8, 0x12, 6] + Array("unroll".utf8)))
  }

  @Test(arguments: [["folder/"], ["folder", "--to", "huggingface"]])
  func folderIsWritten(arguments: [String]) throws {
    let outcome = try workplace.unroll(["convert", "fox.safetensors"] + arguments)
    #expect(outcome.status == 0 && outcome.errors == "")
    #expect(try workplace.names.contains("folder/tokenizer.json"))
    #expect(
      try workplace.bytes(of: "folder/model.safetensors")
        == workplace.bytes(of: "fox.safetensors"))
    let again = try workplace.unroll(["convert", "fox.safetensors"] + arguments)
    #expect(again.status == 73 && again.errors.contains("it already exists"))
  }

  @Test func missingTokenizerIsNoted() throws {
    _ = try workplace.unroll(
      ["train", "fox.txt", "--output", "token.safetensors", "--unknown", "token", "--quiet"]
        + small)
    let outcome = try workplace.unroll("convert", "token.safetensors", "folder/")
    #expect(outcome.status == 0)
    #expect(outcome.errors.hasPrefix("note: there is no tokenizer.json: it cannot say which "))
  }

  @Test(arguments: [
    (["out"], "a model cannot be written as 'out': name a .safetensors or .onnx file, or a folder"),
    (["out.onnx", "--precision", "f16"], "--precision belongs to safetensors, not to onnx"),
    (["out.onnx", "--to", "gguf"], "'gguf' is invalid for '--to <to>'"),
  ])
  func nonsenseIsRefused(arguments: [String], sentence: String) throws {
    let outcome = try workplace.unroll(["convert", "fox.safetensors"] + arguments)
    #expect(outcome.status == 64)
    #expect(outcome.errors.contains(sentence))
    #expect(try workplace.names == ["fox.safetensors", "fox.txt"])
  }
}
