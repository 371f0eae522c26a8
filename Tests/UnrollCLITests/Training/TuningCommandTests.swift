import Foundation
import Testing

/// `plot`, `find-learning-rate`, `sweep`, and settings as files.
@Suite struct TuningCommandTests {
  private let workplace: Workplace

  init() throws {
    workplace = try Workplace()
    try workplace.write(fox, to: "fox.txt")
  }

  private func train(_ more: String...) throws -> Outcome {
    try workplace.unroll(["train", "fox.txt", "--output", "out", "--epochs", "2"] + small + more)
  }

  @Test func curvesAreLinesInTheTerminalAndAPicture() throws {
    _ = try train("--metrics", "a.jsonl")
    _ = try train("--metrics", "b.jsonl", "--cell", "gru")
    let lines = try workplace.unroll("plot", "a.jsonl", "b.jsonl")
    #expect(lines.status == 0)
    let runs = lines.output.split(separator: "\n")
    #expect(
      runs.count == 2 && runs[0].hasPrefix("a.jsonl  loss ") && runs[1].hasPrefix("b.jsonl  loss "))
    #expect(
      runs.allSatisfy { $0.contains("█") && $0.contains(" → ") && $0.contains(", validation ") })
    let drawn = try workplace.unroll("plot", "a.jsonl", "b.jsonl", "-o", "p.svg", "--by", "seconds")
    #expect(drawn.status == 0 && drawn.errors == "wrote p.svg\n" && drawn.output == "")
    let picture = try workplace.text(of: "p.svg")
    #expect(picture.ranges(of: "<polyline").count == 4)
    // Two epochs of two runs.
    #expect(picture.ranges(of: "<circle").count == 4)
    let rates = try workplace.unroll(
      "plot", "a.jsonl", "-o", "rates.svg", "--figure", "learningRate", "--log")
    #expect(rates.status == 0)
    let nothing = try workplace.unroll("plot", "a.jsonl", "--figure", "nothing")
    #expect(nothing.status == 65)
    #expect(
      nothing.errors
        == "error: there is no nothing in the metrics; there are bitsPerByte, gradientNorm, learningRate, loss, targetsPerSecond\n"
    )
    #expect(try workplace.unroll("plot", "fox.txt").status == 65)
    #expect(try workplace.unroll("plot", "nowhere.jsonl").status == 66)
  }

  @Test func rateIsFoundAndDrawn() throws {
    let found = try workplace.unroll(
      ["find-learning-rate", "fox.txt", "-o", "rates.svg", "--test-steps", "60"]
        + ["--hidden-size", "8", "--batch-size", "4", "--sequence-length", "16"])
    #expect(found.status == 0, "\(found.errors)")
    let rate = try #require(Double(found.output.dropLast()))
    #expect((1e-4...0.2).contains(rate))
    #expect(try workplace.names == ["fox.txt", "rates.svg"])
    #expect(try workplace.unroll("find-learning-rate").status == 64)
  }

  @Test(arguments: [
    "--learning-rate 1", "--schedule linear", "--decay-factor 0.5", "--average exponential",
    "--epochs 2", "--steps 9", "--patience 1", "--time-limit 9s", "--frozen-layers 0",
  ])
  func rangeTestRefusesWhatItDoesNotUse(option: String) throws {
    let outcome = try workplace.unroll(
      ["find-learning-rate", "fox.txt"] + option.split(separator: " ").map(String.init))
    #expect(outcome.status == 64)
    #expect(outcome.errors.contains("the test has rates, steps and initial values of its own"))
  }

  @Test func sweepEndsInATableAndInTheCommandOfTheBest() throws {
    try workplace.write(
      #"{"settings": {"epochs": 2, "hiddenSize": 8, "layers": 1, "batchSize": 4, "sequenceLength": 16, "embeddingSize": 0}, "grid": {"learningRate": [0.0001, 0.01]}}"#,
      to: "sweep.json")
    let sweep = try workplace.unroll("sweep", "fox.txt", "sweep.json", "--folder", "runs")
    #expect(sweep.status == 0, "\(sweep.errors)")
    let table = sweep.output.split(separator: "\n").map { $0.split(separator: " ") }
    #expect(table.map(\.first) == ["run", "2", "1"])
    let message = try #require(sweep.errors.split(separator: "\n").last)
    let words = try #require(message.split(separator: "; ").last).split(separator: " ").map(
      String.init)
    #expect(words.prefix(5) == ["unroll", "train", "fox.txt", "--output", "best.safetensors"])
    let again = try workplace.unroll(Array(words.dropFirst().dropLast(3)))
    #expect(again.status == 0, "\(again.errors)")
    #expect(
      try workplace.bytes(of: "best.safetensors") == workplace.bytes(of: "runs/run-2.safetensors"))
  }

  @Test func settingsArePrintedAndRead() throws {
    let printed = try workplace.unroll(
      "train", "fox.txt", "--hidden-size", "9", "--schedule", "step", "--print-config")
    #expect(printed.status == 0)
    #expect(try workplace.names == ["fox.txt"])
    try workplace.write(printed.output, to: "config.json")
    let again = try workplace.unroll("train", "--config", "config.json", "--print-config")
    #expect(again.output == printed.output)
    let changed = try workplace.unroll(
      "train", "--config", "config.json", "--hidden-size", "7", "--print-config")
    #expect(
      changed.output == printed.output.replacing(#""hiddenSize": 9"#, with: #""hiddenSize": 7"#))
    try workplace.write(#"{"hiddenSizes": 3}"#, to: "config.json")
    let unknown = try workplace.unroll(
      "train", "fox.txt", "--output", "out", "--config", "config.json")
    #expect(unknown.status == 64)
    #expect(
      unknown.firstError.hasPrefix(
        #"error: 'config.json' has a setting "hiddenSizes" that does not exist"#))
  }

  @Test func tensorBoardGetsAFileForEachSitting() throws {
    #expect(
      try train("--tensorboard", "board", "--checkpoint", "kept", "--time-limit", "0.0001s").status
        == 0)
    #expect(try workplace.unroll("train", "--resume", "kept", "--time-limit", "1h").status == 0)
    let files = try workplace.names.filter { $0.hasPrefix("board/events.out.tfevents.") }
    #expect(files.count == 2)
    #expect(try files.allSatisfy { try workplace.bytes(of: $0).count > 100 })
    try workplace.makeFolder("texts")
    try workplace.write(fox, to: "texts/fox.txt")
    let inside = try workplace.unroll(
      "train", "texts", "--output", "out", "--tensorboard", "texts/board")
    #expect(inside.status == 64)
    #expect(inside.firstError.contains("--tensorboard 'texts/board' lies in 'texts'"))
  }
}
