import Foundation
import Testing
import UnrollTestSupport

/// `unroll train-translator`, `translate` and `evaluate`, on small letters that become capitals.
@Suite struct TranslatorCommandTests {
  private let workplace: Workplace

  init() throws {
    workplace = try Workplace()
    let words = (0..<300).map { (number: Int) -> String in
      let places = (0...number % 3).map { number + $0 * (number / 4) }
      return String(places.map { Array("abcd")[$0 % 4] })
    }
    try workplace.write(
      words.map { "\($0)\t\($0.uppercased())\tnote\n" }.joined(), to: "pairs.tsv")
  }

  private func train(_ arguments: String...) throws -> Outcome {
    try workplace.unroll(
      [
        "train-translator", "pairs.tsv", "--output", "m.safetensors", "--hidden-size", "16",
        "--embedding-size", "8", "--learning-rate", "0.02", "--dropout", "0",
      ] + arguments)
  }

  @Test func trainedModelTranslatesAndIsMeasured() throws {
    let trained = try train("--epochs", "20", "--validation-fraction", "0")
    #expect(trained.status == 0, "\(trained.errors)")
    #expect(trained.errors.contains("tokens and ends/s"))
    let translated = try workplace.unroll(["translate", "m.safetensors"], input: "abc\n\nd\n")
    #expect(translated.output == "ABC\n\nD\n" && translated.errors.isEmpty, "\(translated.output)")
    let greedy = try workplace.unroll(
      ["translate", "m.safetensors", "--text", "dab", "--beam", "1"])
    #expect(greedy.output == "DAB\n")
    let report = try workplace.unroll("evaluate", "m.safetensors", "pairs.tsv")
    #expect(report.output.contains("exact match  1.0000 of 300 pairs"), "\(report.output)")
    let object = try object(
      workplace.unroll("evaluate", "m.safetensors", "pairs.tsv", "--json").output)
    #expect(object["exactMatch"] as? Double == 1 && object["pairs"] as? Int == 300)
    #expect(object["loss"] as? Double ?? 9 < 0.1 && object["chrF"] as? Double ?? 0 > 99.9)
    let info = try workplace.unroll("info", "m.safetensors")
    #expect(info.output.contains("translator of Unroll"), "\(info.output)")
    #expect(info.output.contains("attention") && info.output.contains("additive"))
    let other = try workplace.unroll("generate", "m.safetensors")
    #expect(
      other.status == 65
        && other.errors.contains("a translator is for `unroll translate` and `evaluate`"))
  }

  @Test func objectsAndPicturesShowWhereItLooked() throws {
    #expect(try train("--epochs", "2", "--quiet").status == 0)
    let outcome = try workplace.unroll(
      "translate", "m.safetensors", "--text", "ab", "--json", "--attention-svg", "a.svg")
    #expect(outcome.status == 0 && outcome.errors == "wrote a.svg\n")
    let object = try object(outcome.output)
    let pieces = try #require(object["pieces"] as? [String])
    let weights = try #require(object["weights"] as? [[Double]])
    #expect(
      object["source"] as? String == "ab" && object["sourcePieces"] as? [String] == ["a", "b"])
    #expect(pieces.joined() == object["translation"] as? String)
    #expect(weights.count == pieces.count)
    #expect(weights.allSatisfy { $0.count == 2 && abs($0.reduce(0, +) - 1) < 1e-5 })
    let picture = try workplace.text(of: "a.svg")
    #expect(picture.hasPrefix("<svg ") && picture.contains(">a</text>"))
    #expect(picture.hasSuffix("</svg>\n"))
  }

  @Test func interruptedRunGoesOnToTheSameBytes() throws {
    #expect(try train("--epochs", "3", "--scheduled-sampling", "0.3", "--quiet").status == 0)
    let whole = try workplace.bytes(of: "m.safetensors")
    let part = try train(
      "--epochs", "3", "--scheduled-sampling", "0.3", "--checkpoint", "kept", "--time-limit",
      "0.001s")
    #expect(part.errors.contains("go on with: unroll train-translator --resume kept"))
    let rest = try workplace.unroll(
      "train-translator", "--resume", "kept", "--time-limit", "1h", "--quiet")
    #expect(rest.status == 0, "\(rest.errors)")
    #expect(try workplace.bytes(of: "m.safetensors") == whole)
  }

  @Test(arguments: [
    (["train-translator"], 64, "Missing expected argument '<data>'"),
    (["train-translator", "bad.tsv", "--output", "m"], 65, "line 2 of 'bad.tsv' has one column"),
    (
      ["train-translator", "pairs.tsv", "--output", "m", "--target-column", "0"], 64,
      "--target-column is 1 or more"
    ),
    (
      ["train-translator", "pairs.tsv", "--output", "m", "--target-column", "4"], 65,
      "has 3 columns"
    ),
    (
      ["train-translator", "pairs.tsv", "--output", "m", "--attention", "much"], 64,
      "multiplicative"
    ),
    (
      ["train-translator", "pairs.tsv", "--output", "m", "--scheduled-sampling", "2"], 64, "0 to 1"
    ),
    (["translate", "none"], 66, "none"),
    (["translate", "m.safetensors", "--text", "a", "--beam", "0"], 64, "width of the search"),
    (["translate", "m.safetensors", "--attention-svg", "a.svg"], 64, "give it with --text"),
  ])
  func badInputIsRefused(_ arguments: [String], _ status: Int, _ sentence: String) throws {
    if arguments[0] == "translate", arguments[1] != "none" {
      #expect(try train("--epochs", "1", "--quiet").status == 0)
    }
    try workplace.write("a\tX\nb\n", to: "bad.tsv")
    let outcome = try workplace.unroll(arguments)
    #expect(
      outcome.status == Int32(status) && outcome.errors.contains(sentence), "\(outcome.errors)")
  }

  private func object(_ text: String) throws -> [String: Any] {
    try #require(try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any])
  }
}
