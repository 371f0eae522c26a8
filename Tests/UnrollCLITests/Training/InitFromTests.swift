import Testing

@Suite struct InitFromTests {
  private let workplace: Workplace

  init() throws { workplace = try Workplace.withModel() }

  @Test func newRunBeginsWithTheWeightsAndTheArchitecture() throws {
    // A step of next to nothing: the loss is that of the weights.
    let arguments = [
      "--init-from", "fox.safetensors", "--output", "out", "--steps", "1", "--learning-rate",
      "1e-30", "--quiet",
    ]
    #expect(try workplace.unroll(["train", "fox.txt"] + arguments).status == 0)
    #expect(
      try workplace.unroll("evaluate", "out", "fox.txt").output
        == workplace.unroll("evaluate", "fox.safetensors", "fox.txt").output)
  }

  @Test func largerVocabularyIsLearned() throws {
    try workplace.write(fox + "ÄÖÜ 0123456789\n", to: "more.txt")
    let outcome = try workplace.unroll(
      "train", "more.txt", "--init-from", "fox.safetensors", "--output", "out", "--epochs", "1",
      "--batch-size", "4", "--sequence-length", "16", "--quiet")
    #expect(outcome.status == 0)
    #expect(try workplace.unroll("generate", "out", "--prompt", "Ä 42 fox").status == 0)
    #expect(try workplace.unroll("generate", "fox.safetensors", "--prompt", "Ä").status == 65)
  }

  @Test func otherArchitectureIsRefused() throws {
    let outcome = try workplace.unroll(
      "train", "fox.txt", "--init-from", "fox.safetensors", "--output", "out", "--hidden-size",
      "16", "--quiet")
    #expect(outcome.status == 64)
    #expect(
      outcome.errors
        == "error: the weights are of another architecture: their hidden size is 8, and 16 is asked for\n"
    )
  }

  @Test func interruptedRunGoesOnWithoutTheModelItBeganFrom() throws {
    let arguments = [
      "train", "fox.txt", "--init-from", "fox.safetensors", "--epochs", "3", "--batch-size", "4",
    ]
    #expect(try workplace.unroll(arguments + ["--output", "whole", "--quiet"]).status == 0)
    let outcome = try workplace.unroll(
      arguments + ["--output", "part", "--checkpoint", "kept", "--time-limit", "0.001s"])
    #expect(outcome.errors.contains(": the time limit is reached"))
    try workplace.write("gone", to: "fox.safetensors")
    #expect(
      try workplace.unroll("train", "--resume", "kept", "--time-limit", "1h", "--quiet").status == 0
    )
    #expect(try workplace.bytes(of: "part") == workplace.bytes(of: "whole"))
  }
}
