import Foundation
import Testing

@Suite struct TrainingTests {
  private let workplace: Workplace

  init() throws { workplace = try Workplace.withModel() }

  private func train(_ arguments: String...) throws -> Outcome {
    try workplace.unroll(["train", "fox.txt", "--output", "out"] + small + arguments)
  }

  private func object(_ text: some StringProtocol) throws -> [String: Any] {
    try #require(
      try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any])
  }

  @Test func progressIsPlainLinesAndTheSampleIsData() throws {
    let outcome = try train()
    #expect(outcome.status == 0)
    let lines = outcome.errors.split(separator: "\n").map(String.init)
    try #require(lines.count == 5)
    #expect(
      lines[0] == "training on 1,215 characters, 29 distinct, in 18 steps of 4 × 16 an epoch")
    #expect(lines[1].hasPrefix("lstm with 1,509 parameters on "))
    #expect(lines[2].hasPrefix("epoch 1/2  loss 3."))
    #expect(lines[2].hasSuffix(" left") && lines[2].contains("  validation 3."))
    #expect(lines[3].hasPrefix("epoch 2/2  loss 3.") && lines[3].hasSuffix(" characters/s"))
    #expect(lines[4].hasPrefix("wrote out after step 36 of 36, "))
    #expect(outcome.output.count == 302)
    #expect(outcome.output.hasPrefix("t"))
  }

  @Test func quietTrainingSaysNothing() throws {
    let outcome = try train("--quiet")
    #expect(outcome.status == 0)
    #expect(outcome.output == "" && outcome.errors == "")
  }

  @Test func summaryHasStableKeys() throws {
    let outcome = try train("--quiet", "--json")
    let summary = try object(outcome.output)
    #expect(
      summary.keys.sorted() == [
        "data", "loss", "parameters", "settings", "steps", "task", "testBitsPerByte", "testLoss",
        "validationBitsPerByte", "validationLoss", "version",
      ])
    let settings = try #require(summary["settings"] as? [String: Any])
    #expect(settings["hiddenSize"] as? Int == 8 && settings["optimizer"] as? String == "adamw")
    #expect(settings["output"] == nil && settings["threads"] == nil)
    #expect(summary["steps"] as? Int == 36)
    #expect(summary["parameters"] as? Int == 1509)
  }

  @Test func metricsHaveALineForEachStepAndEpoch() throws {
    #expect(try train("--quiet", "--metrics", "metrics.jsonl").status == 0)
    let lines = try workplace.text(of: "metrics.jsonl").split(separator: "\n").map(object)
    #expect(lines.count == 40)
    #expect(
      lines.map { $0["event"] as? String }
        == ["run"] + Array(repeating: "step", count: 18) + ["epoch"]
        + Array(repeating: "step", count: 18) + ["epoch", "end"])
    let run = lines[0]
    #expect(run["task"] as? String == "language-model" && run["parameters"] as? Int == 1509)
    #expect(run["steps"] as? Int == 36 && run["threads"] is Int)
    #expect((run["settings"] as? [String: Any])?["hiddenSize"] as? Int == 8)
    #expect((run["machine"] as? [String: Any])?["processors"] is Int)
    #expect(
      lines[1].keys.sorted() == [
        "epoch", "event", "gradientNorm", "learningRate", "loss", "seconds", "step", "targets",
        "targetsPerSecond",
      ])
    #expect(
      lines[19].keys.sorted() == [
        "epoch", "event", "loss", "seconds", "step", "validationBitsPerByte", "validationLoss",
      ])
    #expect(lines[38]["step"] as? Int == 36)
    #expect(lines[39]["ending"] as? String == "done")
    let seconds = lines.compactMap { $0["seconds"] as? Double }
    #expect(seconds == seconds.sorted() && seconds.count == 39)
  }

  @Test func samplesComeInBetween() throws {
    let lines = try train("--sample-every", "1").errors.split(separator: "\n")
    let first = try #require(lines.firstIndex { $0.hasPrefix("epoch 1/2") })
    let second = try #require(lines.firstIndex { $0.hasPrefix("epoch 2/2") })
    #expect(lines[first + 1..<second].reduce(0) { $0 + $1.count } > 100)
  }

  @Test func runsEndWhenAsked() throws {
    #expect(try train("--steps", "5").errors.contains("wrote out after step 5 of 5, "))
    let limited = try train("--time-limit", "0.2s", "--epochs", "100000")
    #expect(limited.status == 0)
    #expect(limited.errors.hasSuffix(": the time limit is reached\n"))
  }

  @Test(arguments: ["ab", "abcdefghij", "one line without an end", "a b\r\nc d\r\n", "\u{FEFF}bom"])
  func tinyTextIsTrainedOn(text: String) throws {
    try workplace.write(text, to: "tiny.txt")
    let arguments = [
      "train", "tiny.txt", "--output", "out", "--epochs", "1", "--hidden-size", "4",
    ]
    let chosen = try workplace.unroll(arguments)
    #expect(chosen.status == 0)
    #expect(chosen.errors.contains("chosen by the size of the text: 1 layer, batches of 1 row, "))
    #expect(!chosen.errors.contains("too few"))
    let outcome = try workplace.unroll(
      arguments + ["--batch-size", "50", "--sequence-length", "50"])
    #expect(outcome.status == 0)
    #expect(
      outcome.errors.contains(" tokens are too few for a batch of 50 × 50; training with 1 × "))
    #expect(outcome.output.hasPrefix(String(text.prefix(1))))
  }

  @Test(arguments: ["characters", "scalars", "bytes", "words", "bpe"])
  func everyKindOfTokenIsTrainedAndSampled(kind: String) throws {
    try workplace.write(String(repeating: "😀é and so on\n", count: 20), to: "emoji.txt")
    let outcome = try workplace.unroll(
      ["train", "emoji.txt", "--output", "out", "--tokens", kind, "--sample-every", "1"] + small)
    #expect(outcome.status == 0)
    #expect(outcome.output.hasPrefix("😀"))
    #expect(outcome.errors.contains("\n😀"))
    let generated = try workplace.unroll("generate", "out", "--prompt", "é😀", "--length", "3")
    #expect(generated.status == 0)
    #expect(generated.output.hasPrefix("é😀"))
  }

  @Test func corporaAreOneStream() throws {
    try workplace.write(String(fox.prefix(500)), to: "a.txt")
    try workplace.makeFolder("rest")
    try workplace.write(String(fox.dropFirst(500)), to: "rest/b.txt")
    #expect(try train("--quiet").status == 0)
    let outcome = try workplace.unroll(
      ["train", "-", "rest", "--output", "parts", "--quiet"] + small,
      input: String(fox.prefix(500)))
    #expect(outcome.status == 0)
    let weights = 4 * 1509
    #expect(
      try workplace.bytes(of: "out").suffix(weights)
        == workplace.bytes(of: "parts").suffix(weights))
  }
}
