import Foundation
import Testing

/// `unroll adapt`, and `evaluate --dynamic`.
@Suite struct AdaptCommandTests {
  private let workplace: Workplace
  private let letter = String(
    repeating: "lazy foxes love the brown dog over the quick one. ", count: 40)

  init() throws {
    workplace = try Workplace()
    try workplace.write(fox, to: "fox.txt")
    try workplace.write(letter, to: "letter.txt")
    _ = try workplace.unroll(["train", "fox.txt", "--output", "model"] + small)
  }

  private func object(_ text: String) throws -> [String: Any] {
    try #require(JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any])
  }

  private func bits(_ model: String, _ more: String...) throws -> Double {
    let outcome = try workplace.unroll(["evaluate", model, "letter.txt", "--json"] + more)
    #expect(outcome.status == 0, "\(outcome.errors)")
    return try #require(object(outcome.output)["bitsPerCharacter"] as? Double)
  }

  @Test func adaptedModelKnowsTheTextAndTheWayBack() throws {
    let before = try bits("model")
    let adapted = try workplace.unroll(
      "adapt", "model", "letter.txt", "--output", "mine", "--dynamic-rate", "0.01")
    #expect(adapted.status == 0, "\(adapted.errors)")
    let after = try bits("mine")
    #expect(after < before - 0.2)
    #expect(adapted.errors.contains(" bits per character before and "))
    #expect(try workplace.unroll("generate", "mine", "--prompt", "fox").status == 0)
    let information = try object(workplace.unroll("info", "mine", "--json").output)
    #expect(information["originalBytes"] as? Int == (try workplace.bytes(of: "model").count))
    #expect(information["parameters"] as? Int == 1509)
    // Adapted once more, it still leads to the first model.
    #expect(
      try workplace.unroll("adapt", "mine", "letter.txt", "--output", "twice", "--quiet").status
        == 0)
    for name in ["mine", "twice"] {
      #expect(try workplace.unroll("adapt", name, "--reset", "--output", "back").status == 0)
      #expect(try workplace.bytes(of: "back") == workplace.bytes(of: "model"))
    }
  }

  @Test func dynamicEvaluationWritesNothing() throws {
    let names = try workplace.names
    let dynamic = try bits("model", "--dynamic", "--dynamic-rate", "0.01")
    #expect(dynamic < (try bits("model")))
    #expect(try workplace.names == names)
  }

  @Test func whatMakesNoSenseIsRefused() throws {
    let plain = try workplace.unroll("adapt", "model", "--reset", "--output", "back")
    #expect(plain.status == 65 && plain.firstError.contains("'model' was not adapted"))
    #expect(try workplace.unroll("adapt", "model", "--output", "x").status == 64)
    #expect(
      try workplace.unroll("adapt", "model", "letter.txt", "--reset", "--output", "x").status == 64)
    let rate = try workplace.unroll(
      "adapt", "model", "letter.txt", "--output", "x", "--dynamic-rate", "-1")
    #expect(rate.status == 64 && rate.firstError == "error: --dynamic-rate is above 0, not -1.0")
    _ = try workplace.unroll(
      ["train", "fox.txt", "--documents", "lines", "--output", "lines"] + small)
    let lines = try workplace.unroll("adapt", "lines", "letter.txt", "--output", "x")
    #expect(lines.status == 64 && lines.firstError.contains("reads a text as one stream"))
    try workplace.write("F", to: "one.txt")
    #expect(try workplace.unroll("adapt", "model", "one.txt", "--output", "x").status == 65)
    #expect(try workplace.names == ["fox.txt", "letter.txt", "lines", "model", "one.txt"])
  }
}
