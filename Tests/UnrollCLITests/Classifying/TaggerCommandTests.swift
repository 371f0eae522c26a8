import Foundation
import Testing
import UnrollTestSupport

/// `unroll train-tagger`, `tag` and `evaluate`, on words whose last letter tells the tag.
@Suite struct TaggerCommandTests {
  private let workplace: Workplace

  init() throws {
    workplace = try Workplace()
    let sentences = (0..<40).map { number in
      (0...number % 4).map { place in
        let isFirst = (number + place) % 2 == 0
        return
          "\("abab".prefix((number + place) % 3))\(isFirst ? "x" : "y")\t\(isFirst ? "X" : "Y")\n"
      }.joined()
    }
    try workplace.write(sentences.joined(separator: "\n"), to: "tags.tsv")
  }

  @Test func trainedModelTagsAndIsMeasured() throws {
    let trained = try workplace.unroll(
      "train-tagger", "tags.tsv", "--output", "m.safetensors", "--hidden-size", "8",
      "--embedding-size", "4", "--epochs", "20", "--learning-rate", "0.02", "--dropout", "0")
    #expect(trained.status == 0, "\(trained.errors)")
    #expect(trained.errors.contains("words/s"))
    let tagged = try workplace.unroll(["tag", "m.safetensors"], input: "abx y\n\nbay\n")
    #expect(tagged.output == "abx\tX\ny\tY\n\n\nbay\tY\n\n", "\(tagged.output)")
    let json = try workplace.unroll(["tag", "m.safetensors", "--json"], input: "abx y\n")
    #expect(json.output == "{\"words\":[\"abx\",\"y\"],\"tags\":[\"X\",\"Y\"]}\n")
    let report = try workplace.unroll("evaluate", "m.safetensors", "tags.tsv")
    #expect(report.status == 0 && report.output.contains("of 100 words"), "\(report.output)")
    let object =
      try JSONSerialization.jsonObject(
        with: Data(
          workplace.unroll("evaluate", "m.safetensors", "tags.tsv", "--json").output.utf8))
      as? [String: Any]
    #expect(object?["accuracy"] as? Double ?? 0 > 0.95 && object?["spanF1"] is NSNull)
    let info = try workplace.unroll("info", "m.safetensors")
    #expect(info.output.contains("tagger of Unroll") && info.output.contains("2: X, Y"))
    let other = try workplace.unroll("classify", "m.safetensors", "--text", "a")
    #expect(other.status == 65 && other.errors.contains("a tagger is for `unroll tag`"))
  }

  @Test(arguments: [
    (["train-tagger"], 64, "Missing expected argument '<data>'"),
    (["train-tagger", "bad.tsv", "--output", "m"], 65, "line 2 of 'bad.tsv' has one column"),
    (["train-tagger", "tags.tsv", "--output", "m", "--word-column", "1"], 64, "--tag-column"),
    (
      ["train-tagger", "tags.tsv", "--output", "m", "--word-column", "1", "--tag-column", "7"], 65,
      "a word and its tag are needed"
    ),
    (["tag", "none"], 66, "none"),
  ])
  func badInputIsRefused(_ arguments: [String], _ status: Int, _ sentence: String) throws {
    try workplace.write("a\tX\nb\n", to: "bad.tsv")
    let outcome = try workplace.unroll(arguments)
    #expect(
      outcome.status == Int32(status) && outcome.errors.contains(sentence), "\(outcome.errors)")
  }
}
