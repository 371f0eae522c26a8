import Testing
import Unroll

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

  /// The vectors of tokens and the first layer are those of the model that the run began from, and an interrupted run keeps them too.
  @Test func frozenLayersKeepTheValuesOfTheModel() throws {
    let arguments = [
      "train", "fox.txt", "--init-from", "fox.safetensors", "--frozen-layers", "1", "--epochs", "3",
      "--batch-size", "4",
    ]
    #expect(try workplace.unroll(arguments + ["--output", "whole", "--quiet"]).status == 0)
    let outcome = try workplace.unroll(
      arguments + ["--output", "part", "--checkpoint", "kept", "--time-limit", "0.001s"])
    #expect(outcome.errors.contains(": the time limit is reached"))
    #expect(
      try workplace.unroll("train", "--resume", "kept", "--time-limit", "1h", "--quiet").status == 0
    )
    #expect(try workplace.bytes(of: "part") == workplace.bytes(of: "whole"))
    let first = try LanguageModel(bytes: workplace.bytes(of: "fox.safetensors")).parameters
    let tuned = try LanguageModel(bytes: workplace.bytes(of: "whole")).parameters
    for (before, after) in zip(first, tuned) {
      let isFrozen = before.name.hasPrefix("embedding") || before.name.hasSuffix("_l0")
      #expect((before.value.elements == after.value.elements) == isFrozen, "\(before.name)")
    }
  }

  @Test(arguments: [[], ["--frozen-layers", "0"], ["--frozen-layers", "1"]])
  func newTokensThatAreFrozenAreSaid(options: [String]) throws {
    try workplace.write(fox + "ÄÖÜ 0123456789\n", to: "more.txt")
    let vectors = try workplace.unroll(
      "train", "fox.txt", "--output", "vectors.safetensors", "--embedding-size", "4",
      "--hidden-size", "8", "--steps", "1", "--quiet")
    #expect(vectors.status == 0)
    let outcome = try workplace.unroll(
      ["train", "more.txt", "--init-from", "vectors.safetensors", "--output", "out"]
        + ["--steps", "1"] + options)
    #expect(outcome.status == 0)
    let isSaid = outcome.errors.contains("what is read of the new tokens stays as it was drawn")
    #expect(isSaid == !options.isEmpty)
  }

  @Test(arguments: [
    (
      ["--frozen-layers", "1"],
      "--frozen-layers keeps the values of another model: give that with --init-from"
    ),
    (
      ["--frozen-layers", "3", "--init-from", "fox.safetensors"],
      "--frozen-layers is 3, and the model has 1 recurrent layer"
    ),
    (
      ["--frozen-layers", "0", "--init-from", "fox.safetensors"],
      "--frozen-layers 0 keeps nothing: the model has no vectors of tokens; give 1 or more"
    ),
    (
      ["--frozen-layers=-1", "--init-from", "fox.safetensors"],
      "--frozen-layers is 0 or more, not -1"
    ),
  ])
  func frozenLayersThatAreNotThereAreRefused(options: [String], sentence: String) throws {
    let outcome = try workplace.unroll(
      ["train", "fox.txt", "--output", "out", "--quiet"] + options)
    #expect(outcome.status == 64)
    #expect(outcome.errors.hasPrefix("error: \(sentence)"))
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
