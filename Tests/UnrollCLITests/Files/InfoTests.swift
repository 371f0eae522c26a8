import Foundation
import Testing

@Suite struct InfoTests {
  private let workplace: Workplace

  init() throws {
    workplace = try Workplace.withModel()
  }

  @Test func everythingAboutAModelIsShown() throws {
    let outcome = try workplace.unroll("info", "fox.safetensors")
    #expect(outcome.status == 0 && outcome.errors == "")
    let lines = outcome.output.split(separator: "\n").map {
      $0.split(separator: " ", omittingEmptySubsequences: true).joined(separator: " ")
    }
    let size = try workplace.bytes(of: "fox.safetensors").count
    let digest = try workplace.shell("sha256sum fox.safetensors").output.prefix(64)
    for line in [
      "file fox.safetensors", "kind language model of Unroll", "SHA-256 \(digest)",
      "cell lstm", "layers 1 of 8 units", "input one-hot", "parameters 1,509 as F32",
      "rnn.weight_ih_l0 [32, 29] 928", "vocabulary 29 characters", "unknown text error",
      "seed 0",
    ] {
      #expect(lines.contains(line), "\(line)")
    }
    #expect(lines.contains { $0.hasPrefix("size ") && $0.filter(\.isNumber) == "\(size)" })
    #expect(lines.contains { $0.hasPrefix(#"entries "\n" " " "." "a" "b""#) })
  }

  @Test func objectHasStableKeys() throws {
    let outcome = try workplace.unroll("info", "fox.safetensors", "--json")
    let object = try #require(
      try JSONSerialization.jsonObject(with: Data(outcome.output.utf8)) as? [String: Any])
    #expect(
      object.keys.sorted() == [
        "bytes", "classes", "configuration", "elementTypes", "format", "kind", "originalBytes",
        "parameters", "path",
        "sha256", "tensors", "training", "vocabulary",
      ])
    #expect(object["format"] as? String == "unroll")
    #expect(object["parameters"] as? Int == 1509)
    let tensors = try #require(object["tensors"] as? [[String: Any]])
    #expect(tensors.count == 6)
    #expect(
      tensors[0].keys.sorted() == ["bytes", "elementType", "name", "parameters", "shape"])
    let vocabulary = try #require(object["vocabulary"] as? [String: Any])
    #expect(
      vocabulary.keys.sorted() == [
        "kind", "lowercase", "normalization", "reserved", "sample", "size", "unknown",
      ])
  }

  @Test func modelFromAPipeIsTheSame() throws {
    let file = try workplace.unroll("info", "fox.safetensors", "--json").output
    let pipe = try workplace.shell(#"cat fox.safetensors | "$unroll" info /dev/stdin --json"#)
    #expect(pipe.output == file.replacingOccurrences(of: "fox.safetensors", with: "/dev/stdin"))
    let text = try workplace.shell(
      #"cat fox.safetensors | "$unroll" generate /dev/stdin --prompt fox --length 9"#)
    #expect(text.status == 0)
    #expect(
      try text.output
        == workplace.unroll("generate", "fox.safetensors", "--prompt", "fox", "--length", "9")
        .output)
  }

  @Test(arguments: [20, 40, 80] as [UInt16])
  func linesFitTheTerminal(columns: UInt16) throws {
    let terminal = try #require(Terminal(columns: columns))
    let process = Process()
    process.executableURL = URL(fileURLWithPath: Workplace.executable)
    process.arguments = ["info", "fox.safetensors"]
    process.currentDirectoryURL = URL(fileURLWithPath: workplace.path)
    process.standardOutput = terminal.handle
    process.standardError = FileHandle.nullDevice
    try process.run()
    let lines = terminal.text(of: process).split(separator: "\n")
    #expect(lines.count > 20)
    for line in lines { #expect(line.count <= Int(columns), "\(line)") }
  }

  @Test(
    arguments: [
      ([0x50, 0x4B, 0x03, 0x04, 0, 0], "a ZIP archive; "),
      ([0x80, 0x02, 0x4E, 0x2E], "a pickle of Python "),
      (Array("GGUF\u{3}\0\0\0".utf8), "a GGUF model; "),
      (Array("some text".utf8), "text; `unroll train other --output model.safetensors` learns"),
      ([0x1F, 0x8B, 8], "compressed by gzip; "), ([], "empty; "),
      ([0x89, 0x48, 0x44, 0x46, 0x0D, 0x0A, 0x1A, 0x0A], "an HDF5 file, perhaps of Keras; "),
    ] as [([UInt8], String)])
  func anotherKindOfFileIsNamed(bytes: [UInt8], sentence: String) throws {
    try workplace.write(bytes, to: "other")
    let outcome = try workplace.unroll("info", "other")
    #expect(outcome.status == 65 && outcome.output == "")
    #expect(outcome.errors.hasPrefix("error: 'other' is \(sentence)"))
  }

  @Test func exportedGraphIsNamed() throws {
    _ = try workplace.unroll("convert", "fox.safetensors", "fox.onnx")
    let outcome = try workplace.unroll("info", "fox.onnx")
    #expect(outcome.status == 65)
    #expect(outcome.errors.hasPrefix("error: 'fox.onnx' is an ONNX model; "))
  }

  @Test func foreignTensorsAreShownWithAHint() throws {
    let header = #"{"w":{"dtype":"F32","shape":[1,1],"data_offsets":[0,4]}}"#
    let length = withUnsafeBytes(of: UInt64(header.utf8.count).littleEndian) { Array($0) }
    try workplace.write(length + Array(header.utf8) + [0, 0, 0, 0], to: "foreign.safetensors")
    let outcome = try workplace.unroll("info", "foreign.safetensors")
    #expect(outcome.status == 0)
    #expect(outcome.output.contains("[1, 1] 1\n"))
    #expect(outcome.errors.hasPrefix("note: this is no model of Unroll; `unroll convert "))
  }
}
