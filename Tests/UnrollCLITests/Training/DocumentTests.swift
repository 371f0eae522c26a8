import Foundation
import Testing

@Suite struct DocumentTests {
  private let workplace: Workplace

  init() throws {
    workplace = try Workplace()
    try workplace.write(Self.names, to: "names.txt")
  }

  private static let names = (0..<40).map { "an\($0 % 7)a\n" }.joined()

  private func train(_ arguments: String...) throws -> Outcome {
    try workplace.unroll(
      ["train", "names.txt", "--output", "out", "--documents", "lines"] + small + arguments)
  }

  @Test func linesAreLearnedWithTheirEnds() throws {
    let outcome = try train("--epochs", "60", "--learning-rate", "0.05", "--sample-every", "0")
    #expect(outcome.status == 0)
    #expect(outcome.errors.contains("training on 216 characters in 36 documents, 10 distinct, "))
    let written = outcome.output.split(separator: "\n")
    #expect(written.count == 10)
    #expect(
      outcome.errors.contains(" % of 1,000 documents that it writes are in the training text"))
    let text = try workplace.unroll("generate", "out", "--count", "5", "--length", "50")
    let known = Set(Self.names.split(separator: "\n"))
    #expect(text.output.split(separator: "\n").count == 5)
    #expect(text.output.split(separator: "\n").contains { known.contains($0) })
    let begun = try workplace.unroll("generate", "out", "--prompt", "an3", "--greedy")
    #expect(begun.output.hasPrefix("an3"))
  }

  @Test func evaluationReadsDocumentsAsTrainingDid() throws {
    #expect(try train("--quiet").status == 0)
    let outcome = try workplace.unroll("evaluate", "out", "names.txt", "--json")
    #expect(outcome.status == 0)
    #expect(outcome.output.contains("\"tokens\":200,\"characters\":200,\"bytes\":200,"))
    let stream = try workplace.unroll("evaluate", "out", "names.txt", "--documents", "stream")
    #expect(stream.status == 65 && stream.errors.contains("\"\\n\" (U+000A)"))
  }

  @Test func singleDocumentIsTrainedOn() throws {
    try workplace.write("only one line\n", to: "one.txt")
    let outcome = try workplace.unroll(
      ["train", "one.txt", "--output", "out", "--documents", "lines"] + small)
    #expect(outcome.status == 0)
    #expect(outcome.errors.contains("too little text to keep some for validation"))
  }

  /// A token may be a word of any length: what is shown, and what is written to be counted, is bounded in bytes.
  @Test func longWordsAreShownInPart() throws {
    let words = ["a", "b", "c"].map { String(repeating: $0, count: 300_000) }
    try workplace.write(words.joined(separator: "\n"), to: "words.txt")
    let outcome = try workplace.unroll(
      ["train", "words.txt", "--output", "out", "--documents", "lines", "--tokens", "words"] + small
    )
    #expect(outcome.status == 0)
    #expect(outcome.output.contains("…") && outcome.output.utf8.count < 100_000)
    #expect(!outcome.errors.contains("that it writes are in the training text"))
  }

  @Test func filesAreDocuments() throws {
    try workplace.makeFolder("poems")
    for number in 0..<12 {
      try workplace.write("roses are red\nnumber \(number)\n", to: "poems/\(number).txt")
    }
    let outcome = try workplace.unroll(
      ["train", "poems", "--output", "out", "--documents", "files"] + small)
    #expect(outcome.status == 0)
    #expect(outcome.errors.contains(" in 10 documents, "))
    let texts = try workplace.unroll("generate", "out", "--count", "2", "--length", "30")
    #expect(texts.status == 0)
  }

  @Test func documentsAreResumedToTheBit() throws {
    let whole = ["--epochs", "4", "--quiet"]
    #expect(
      try workplace.unroll(
        ["train", "names.txt", "--output", "whole", "--documents", "lines"] + small + whole
      ).status == 0)
    #expect(
      try workplace.unroll(
        [
          "train", "names.txt", "--output", "part", "--documents", "lines", "--checkpoint", "run",
          "--checkpoint-every", "1", "--time-limit", "0.000001",
        ] + small + whole
      ).status == 0)
    #expect(
      try workplace.unroll("train", "--resume", "run", "--time-limit", "1h", "--quiet").status == 0)
    #expect(try workplace.bytes(of: "whole") == workplace.bytes(of: "part"))
  }

  @Test func testTextIsMeasuredOnce() throws {
    let outcome = try train(
      "--test-fraction", "0.2", "--validation-fraction", "0.2", "--json", "--quiet")
    let summary = try #require(
      try JSONSerialization.jsonObject(with: Data(outcome.output.utf8)) as? [String: Any])
    #expect(try #require(summary["testLoss"] as? Double) > 0)
    #expect(try #require(summary["validationLoss"] as? Double) > 0)
    #expect((summary["settings"] as? [String: Any])?["documents"] as? String == "lines")
  }
}
