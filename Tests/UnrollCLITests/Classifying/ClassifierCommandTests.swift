import Foundation
import Testing
import Unroll
import UnrollTestSupport

/// `unroll train-classifier`, `classify` and `evaluate`, on words whose first letter tells the class.
@Suite struct ClassifierCommandTests {
  private let workplace: Workplace

  private static let options = [
    "--hidden-size", "8", "--embedding-size", "4", "--batch-size", "8", "--epochs", "30",
    "--learning-rate", "0.02", "--dropout", "0",
  ]

  init() throws {
    workplace = try Workplace()
    let rows = ["a", "b"].flatMap { first in
      (0..<40).map { "is \(first)\t\(first)\("abab".prefix($0 % 4))\("ba".prefix($0 % 3))\n" }
    }
    try workplace.write(rows.joined(), to: "words.tsv")
  }

  private func train(_ more: String...) throws -> Outcome {
    try workplace.unroll(
      ["train-classifier", "words.tsv", "--output", "words.safetensors"] + Self.options + more)
  }

  @Test func trainedModelClassifiesAndIsMeasured() throws {
    let trained = try train()
    #expect(trained.status == 0, "\(trained.errors)")
    #expect(trained.errors.contains("examples/s") && trained.errors.contains("accuracy"))
    let said = try workplace.unroll(
      ["classify", "words.safetensors"], input: "abb\nbab\n\nxyz\nabx\n")
    let lines = said.output.split(separator: "\n", omittingEmptySubsequences: false)
    #expect(said.status == 0 && lines.count == 6, "\(said.output)")
    #expect(lines[0].hasPrefix("is a\t0.9") && lines[0].hasSuffix("\tabb"))
    #expect(lines[1].hasPrefix("is b\t0.9") && lines[1].hasSuffix("\tbab"))
    #expect(lines[2] == "\t\t" && lines[3] == "\t\txyz")
    #expect(lines[4].hasPrefix("is a\t"))
    #expect(said.errors.contains("line 3 of standard input has nothing that the model knows"))

    let report = try workplace.unroll(
      "evaluate", "words.safetensors", "words.tsv", "--svg", "map.svg")
    #expect(report.status == 0, "\(report.errors)")
    #expect(report.output.contains("accuracy") && report.output.contains("of 80 texts"))
    #expect(report.output.contains("true \\ said"))
    let map = try workplace.text(of: "map.svg")
    #expect(map.hasPrefix("<svg") && map.contains("is a") && map.hasSuffix("</svg>\n"))
    let json = try workplace.unroll("evaluate", "words.safetensors", "words.tsv", "--json")
    let object = try JSONSerialization.jsonObject(with: Data(json.output.utf8)) as? [String: Any]
    let confusion = object?["confusion"] as? [[Int]]
    #expect(confusion?.flatMap { $0 }.reduce(0, +) == 80)
    #expect(object?["accuracy"] as? Double ?? 0 > 0.9)
  }

  @Test func likeliestLabelsAndObjects() throws {
    #expect(try train("--quiet").status == 0)
    let top = try workplace.unroll(
      "classify", "words.safetensors", "--text", "abb", "--text", "bab", "--top", "5")
    let columns = top.output.split(separator: "\n").map { $0.split(separator: "\t") }
    #expect(columns.map(\.count) == [5, 5])
    #expect(columns[0][0] == "is a" && columns[0][2] == "is b" && columns[0][4] == "abb")
    let sum = (Double(columns[0][1]) ?? 0) + (Double(columns[0][3]) ?? 0)
    #expect(abs(sum - 1) < 2e-4)
    let json = try workplace.unroll(
      ["classify", "words.safetensors", "--json", "--top", "1"], input: "abb\n?\n")
    let objects = try json.output.split(separator: "\n").map {
      try JSONSerialization.jsonObject(with: Data($0.utf8)) as? [String: Any]
    }
    #expect(objects[0]?["label"] as? String == "is a" && objects[0]?["text"] as? String == "abb")
    #expect((objects[0]?["labels"] as? [Any])?.count == 1)
    #expect(objects[1]?["label"] is NSNull && (objects[1]?["labels"] as? [Any])?.isEmpty == true)
  }

  @Test func quotedTableAndFolderAreRead() throws {
    try workplace.write(
      "review,stars,mood\r\n\"fine, \"\"very\"\"\nfine\",5,good\r\nbad,1,bad\r\nawful,1,bad\r\n",
      to: "a.csv")
    let trained = try workplace.unroll(
      [
        "train-classifier", "a.csv", "--label-column", "mood", "--text-column", "review",
        "--output",
        "m.safetensors", "--steps", "2", "--quiet",
      ])
    #expect(trained.status == 0, "\(trained.errors)")
    let info = try workplace.unroll("info", "m.safetensors")
    #expect(info.output.contains("classifier of Unroll") && info.output.contains("2: bad, good"))
    let report = try workplace.unroll(
      "evaluate", "m.safetensors", "a.csv", "--label-column", "mood", "--text-column", "review",
      "--json")
    #expect(report.output.contains("\"texts\":3"))
  }

  @Test func interruptedRunGoesOn() throws {
    #expect(try train("--quiet").status == 0)
    let whole = try workplace.bytes(of: "words.safetensors")
    let first = try train("--checkpoint", "run", "--time-limit", "0.05s")
    #expect(first.status == 0, "\(first.errors)")
    #expect(first.errors.contains("unroll train-classifier --resume run"), "\(first.errors)")
    let second = try workplace.unroll("train-classifier", "--resume", "run", "--time-limit", "10m")
    #expect(second.status == 0, "\(second.errors)")
    #expect(try workplace.bytes(of: "words.safetensors") == whole)
    let other = try workplace.unroll("train", "--resume", "run")
    #expect(other.status == 65 && other.errors.contains("it is classifier, not language-model"))
  }

  @Test func eachKindOfModelHasItsCommands() throws {
    #expect(try train("--quiet").status == 0)
    try workplace.write(String(repeating: "abba\n", count: 50), to: "book.txt")
    let language = try workplace.unroll(
      "train", "book.txt", "--output", "book.safetensors", "--steps", "2", "--quiet")
    #expect(language.status == 0)
    for command in [
      ["generate", "words.safetensors"], ["score", "words.safetensors", "book.txt"],
    ] {
      let outcome = try workplace.unroll(command)
      #expect(outcome.status == 65, "\(command)")
      #expect(
        outcome.errors.contains("a classifier is for `unroll classify` and `evaluate`"),
        "\(outcome.errors)")
    }
    let outcome = try workplace.unroll("classify", "book.safetensors", "--text", "a")
    #expect(outcome.status == 65)
    #expect(
      outcome.errors.contains("a language-model is for `unroll generate`"), "\(outcome.errors)")
  }

  @Test func languageModelIsTuned() throws {
    try workplace.write(String(repeating: "abba bab\n", count: 50), to: "book.txt")
    let language = try workplace.unroll(
      "train", "book.txt", "--output", "book.safetensors", "--steps", "2", "--quiet",
      "--hidden-size", "8")
    #expect(language.status == 0)
    let tuned = try workplace.unroll(
      "train-classifier", "words.tsv", "--output", "t.safetensors", "--init-from",
      "book.safetensors", "--steps", "5", "--quiet")
    #expect(tuned.status == 0, "\(tuned.errors)")
    let info = try workplace.unroll("info", "t.safetensors")
    #expect(info.output.contains("forwards") && info.output.contains("of 8 units"))
    let frozen = try workplace.unroll(
      "train-classifier", "words.tsv", "--output", "f.safetensors", "--init-from",
      "book.safetensors", "--frozen-layers", "1", "--steps", "5", "--quiet")
    #expect(frozen.status == 0, "\(frozen.errors)")
    func reader<Model: StoredModel>(_ name: String, _: Model.Type) throws -> [String: [Float]] {
      let parameters = try Model(bytes: workplace.bytes(of: name)).parameters
      return Dictionary(
        uniqueKeysWithValues: parameters.filter { !$0.name.hasPrefix("fc.") }
          .map { ($0.name, $0.value.elements) })
    }
    let given = try reader("book.safetensors", LanguageModel.self)
    #expect(try reader("f.safetensors", Classifier.self) == given)
    #expect(try reader("t.safetensors", Classifier.self) != given)
  }

  @Test(arguments: [
    (["train-classifier"], 64, "Missing expected argument '<data>'"),
    (["train-classifier", "words.tsv"], 64, "--output"),
    (["train-classifier", "none.tsv", "--output", "m"], 66, "none.tsv"),
    (["train-classifier", "bad.tsv", "--output", "m"], 65, "line 2 of 'bad.tsv' has 3 columns"),
    (["train-classifier", "one.tsv", "--output", "m"], 65, "nothing to tell apart"),
    (["train-classifier", "nul.tsv", "--output", "m"], 65, "0x00"),
    (["train-classifier", "words.tsv", "--output", "words.tsv"], 64, "words.tsv"),
    (["train-classifier", "words.tsv", "--output", "m", "--pooling", "sum"], 64, "pooling"),
    (["classify", "words.tsv"], 65, "words.tsv"),
    (["classify", "none"], 66, "none"),
  ])
  func badInputIsRefused(_ arguments: [String], _ status: Int, _ sentence: String) throws {
    try workplace.write("a\tx\nb\ty\tz\n", to: "bad.tsv")
    try workplace.write("a\tx\na\ty\n", to: "one.tsv")
    try workplace.write("a\tx\nb\ty\0\n", to: "nul.tsv")
    let table = try workplace.bytes(of: "words.tsv")
    let outcome = try workplace.unroll(arguments)
    #expect(
      outcome.status == Int32(status) && outcome.errors.contains(sentence), "\(outcome.errors)")
    #expect(try workplace.bytes(of: "words.tsv") == table)
  }
}
