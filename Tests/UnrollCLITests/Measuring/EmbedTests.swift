import Foundation
import Testing

@Suite struct EmbedTests {
  private let workplace: Workplace

  init() throws { workplace = try Workplace.withModel() }

  /// The shape and the numbers of a file of NumPy.
  private func matrix(_ name: String) throws -> (shape: String, values: [Float]) {
    let bytes = try workplace.bytes(of: name)
    #expect(Array(bytes[..<8]) == [0x93] + Array("NUMPY".utf8) + [1, 0])
    let end = 10 + Int(bytes[8]) + Int(bytes[9]) << 8
    #expect(end % 64 == 0 && bytes[end - 1] == 0x0A)
    let header = String(decoding: bytes[10..<end], as: UTF8.self)
    let shape = try #require(header.firstMatch(of: /'shape': \((\d+, \d+)\)/)?.1)
    let values = stride(from: end, to: bytes.count, by: 4).map { place in
      Float(bitPattern: bytes[place..<place + 4].reversed().reduce(0) { $0 << 8 | UInt32($1) })
    }
    return (String(shape), values)
  }

  private func lines(_ arguments: String...) throws -> [[Float]] {
    let outcome = try workplace.unroll(["embed", "fox.safetensors", "fox.txt"] + arguments)
    #expect(outcome.status == 0 && outcome.errors == "", "\(outcome.errors)")
    return try outcome.output.split(separator: "\n").map { line in
      let object = try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any]
      return try #require(object?["vector"] as? [Double]).map { Float($0) }
    }
  }

  @Test func allFormatsHaveTheSameVectors() throws {
    let wanted = try lines("--per", "line", "--pooling", "mean")
    let text = try workplace.text(of: "fox.txt")
    #expect(wanted.count == text.split(separator: "\n", omittingEmptySubsequences: false).count - 1)
    let options = ["--per", "line", "--pooling", "mean"]
    for file in ["v.npy", "v.safetensors"] {
      let outcome = try workplace.unroll(
        ["embed", "fox.safetensors", "fox.txt", "--output", file] + options)
      #expect(outcome.status == 0 && outcome.output == "")
    }
    let matrix = try matrix("v.npy")
    #expect(matrix.shape == "\(wanted.count), \(wanted[0].count)")
    #expect(matrix.values == wanted.flatMap { $0 })
    let bytes = try workplace.bytes(of: "v.safetensors")
    #expect(
      Array(try workplace.bytes(of: "v.npy").suffix(4 * matrix.values.count))
        == bytes.suffix(4 * matrix.values.count))
  }

  @Test func modelOfLinesMakesAVectorForEachLine() throws {
    try workplace.write("anna\n\nbob\r\nann", to: "names.txt")
    let trained = try workplace.unroll(
      [
        "train", "names.txt", "--documents", "lines", "--line-ends", "lf", "--output",
        "names", "--quiet", "--steps", "2",
      ] + small)
    #expect(trained.status == 0, "\(trained.errors)")
    let outcome = try workplace.unroll("embed", "names", "names.txt", "--backward", "names")
    let texts = outcome.output.split(separator: "\n").map {
      $0.split(separator: "\"", omittingEmptySubsequences: false)[3]
    }
    #expect(
      texts == ["anna", "", "bob", "ann"], "\(outcome.output.prefix(300)) \(outcome.errors)")
  }

  @Test(arguments: [
    (["--output", "v.txt"], 64, ".npy or .safetensors"),
    (["--output", "no/v.npy"], 73, "'no/v.npy'"),
    (["--layer", "9"], 64, "not 9"),
    (["--backward", "missing"], 66, "'missing'"),
    (["--per", "page"], 64, "page"),
    (["euro"], 65, "\"€\" (U+20AC) at line 1, column 3 of 'euro'"),
  ])
  func badInputIsNamed(arguments: [String], status: Int32, text: String) throws {
    try workplace.write("fo€\n", to: "euro")
    let files = arguments[0].hasPrefix("--") ? ["fox.txt"] : []
    let outcome = try workplace.unroll(["embed", "fox.safetensors"] + files + arguments)
    #expect(outcome.status == status && outcome.errors.contains(text), "\(outcome.errors)")
  }
}
