import Foundation
import Testing

@Suite struct ScoreTests {
  private let workplace: Workplace

  init() throws { workplace = try Workplace.withModel() }

  private func lines(_ arguments: String...) throws -> [[String: Any]] {
    let outcome = try workplace.unroll(["score", "fox.safetensors"] + arguments + ["--json"])
    #expect(outcome.status == 0 && outcome.errors == "", "\(outcome.errors)")
    return try outcome.output.split(separator: "\n").map {
      try #require(try JSONSerialization.jsonObject(with: Data($0.utf8)) as? [String: Any])
    }
  }

  @Test func totalIsTheEvaluation() throws {
    let outcome = try workplace.unroll("evaluate", "fox.safetensors", "fox.txt", "--json")
    let evaluation = try #require(
      try JSONSerialization.jsonObject(with: Data(outcome.output.utf8)) as? [String: Any])
    let scored = try lines("fox.txt")
    let total = try #require(scored.last?["total"] as? [String: Any])
    let (bits, wanted) = (
      total["bitsPerCharacter"] as? Double, evaluation["bitsPerCharacter"] as? Double
    )
    #expect(abs((bits ?? 0) - (wanted ?? 1)) < 1e-6)
    #expect(total["tokens"] as? Int == evaluation["tokens"] as? Int)
    let sum = scored.reduce(0) { $0 + ($1["logProbability"] as? Double ?? 0) }
    #expect(abs(sum - (total["logProbability"] as? Double ?? 0)) < 1e-6)
    let tokens = try lines("fox.txt", "--per", "token")
    #expect(tokens.count == (total["tokens"] as? Int ?? 0) + 2)
  }

  @Test func plantedErrorIsTheWorst() throws {
    let text = try workplace.text(of: "fox.txt")
    var wrong = text.split(separator: "\n").map(String.init)
    wrong[7] = String(wrong[7].reversed())
    try workplace.write(wrong.joined(separator: "\n") + "\n", to: "wrong.txt")
    #expect(try lines("wrong.txt", "--worst", "1").first?["line"] as? Int == 8)
    let outcome = try workplace.unroll("score", "fox.safetensors", "wrong.txt", "--worst", "1")
    let shown = outcome.output.split(separator: "\n")
    #expect(shown.count == 3 && shown[1].contains("⟦") && shown[2].contains(" bits, rank "))
    #expect(outcome.errors.contains("bits each"))
  }

  @Test func standardInputIsScored() throws {
    let outcome = try workplace.shell(
      "head -n 2 fox.txt | '\(Workplace.executable)' score fox.safetensors")
    #expect(outcome.status == 0)
    #expect(outcome.output.split(separator: "\n").count == 3)
  }

  @Test func modelsAreCompared() throws {
    let same = try lines("fox.txt", "--compare", "fox.safetensors")
    let comparison = try #require(same.last?["comparison"] as? [String: Any])
    #expect(comparison["difference"] as? Double == 0 && comparison["partsLeftOut"] as? Int == 0)
    let trained = try workplace.unroll(
      ["train", "fox.txt", "--output", "other", "--quiet", "--steps", "1"] + small)
    #expect(trained.status == 0)
    let outcome = try workplace.unroll(
      "score", "fox.safetensors", "fox.txt", "--compare", "other", "--worst", "2")
    #expect(outcome.status == 0)
    #expect(
      outcome.output.contains("fox.safetensors needs ") && outcome.output.contains(" bits less "))
  }

  @Test(arguments: [
    (["--worst", "0"], 64, "--worst takes a number of 1 or more"),
    (["--worst", "3", "--per", "token"], 64, "leave out --per token"),
    (["--compare", "x", "--per", "token"], 64, "leave out --per token"),
    (["--compare", "missing"], 66, "'missing'"),
    (["--compare", "fox.txt"], 65, "'fox.txt' is text"),
    (["nothing.txt"], 66, "'nothing.txt'"),
    (["euro.txt"], 65, "\"€\" (U+20AC) at line 1, column 1 of 'euro.txt'"),
    (["empty.txt"], 66, "'empty.txt' is empty"),
    (["one.txt"], 65, "'one.txt'"),
  ])
  func badInputIsNamed(arguments: [String], status: Int32, text: String) throws {
    try workplace.write("€\n", to: "euro.txt")
    try workplace.write("", to: "empty.txt")
    try workplace.write("a", to: "one.txt")
    let files = arguments[0].hasPrefix("--") ? ["fox.txt"] : []
    let outcome = try workplace.unroll(["score", "fox.safetensors"] + files + arguments)
    #expect(outcome.status == status && outcome.errors.contains(text), "\(outcome.errors)")
  }
}
