import Foundation
import Testing

@Suite struct GenerateTests {
  private let workplace: Workplace

  init() throws { workplace = try Workplace.withModel() }

  private func generate(_ arguments: String...) throws -> Outcome {
    try workplace.unroll(["generate", "fox.safetensors"] + arguments)
  }

  @Test func sameSeedGivesTheSameText() throws {
    let first = try generate("--prompt", "the ", "--length", "60", "--seed", "7")
    #expect(first.status == 0 && first.errors == "")
    #expect(first.output.hasPrefix("the ") && first.output.count == 65)
    #expect(
      try generate("--prompt", "the ", "--length", "60", "--seed", "7").output == first.output)
    #expect(
      try generate("--prompt", "the ", "--length", "60", "--seed", "8").output != first.output)
  }

  @Test func severalTextsAreApart() throws {
    let one = try generate("--prompt", "a", "--length", "9", "--stop", "\n").output
    let output = try generate(
      "--prompt", "a", "--length", "9", "--stop", "\n", "--count", "2"
    ).output
    #expect(output.hasPrefix(one + "a") && output.hasSuffix("\n"))
    #expect(output.count { $0 == "\n" } == 2)
    let long = try generate("--prompt", "a\n", "--length", "9", "--count", "2").output
    #expect(long.hasPrefix("a\n") && long.contains("\n\na\n"))
  }

  @Test func promptOfAFileOrOfStandardInputIsReadAndNotShown() throws {
    let prompt = String(repeating: "the quick\nbrown fox ", count: 500)
    try workplace.write(prompt, to: "prompt.txt")
    let shown = try generate("--prompt", prompt, "--length", "30").output
    #expect(shown.hasPrefix(prompt))
    let rest = String(shown.dropFirst(prompt.count))
    #expect(try generate("--prompt-file", "prompt.txt", "--length", "30").output == rest)
    let piped = try workplace.unroll(
      ["generate", "fox.safetensors", "--prompt-file", "-", "--length", "30"], input: prompt)
    #expect(piped.output == rest)
  }

  @Test func missingPromptFileIsNamed() throws {
    let outcome = try generate("--prompt-file", "nothing.txt")
    #expect(outcome.status == 66 && outcome.errors.contains("nothing.txt"))
    #expect(try generate("--prompt", "a", "--prompt-file", "fox.txt").status == 64)
  }

  @Test func unknownTextOfThePromptIsSkippedWhereAskedFor() throws {
    let plain = try generate("--prompt", "the ", "--length", "20").output
    let outcome = try generate("--prompt", "t😀he ", "--unknown", "skip", "--length", "20")
    #expect(outcome.status == 0 && outcome.output.dropFirst(5) == plain.dropFirst(4))
    let token = try generate("--prompt", "t😀he ", "--unknown", "token", "--length", "20")
    #expect(token.status == 65)
    #expect(
      token.errors
        == "error: the model has no token for unknown text: give --unknown error or --unknown skip\n"
    )
    let error = try generate("--prompt", "t😀he ")
    #expect(error.errors.hasSuffix("; --unknown skip leaves it out\n"))
    try workplace.write("the\nt😀he", to: "prompt.txt")
    let file = try generate("--prompt-file", "prompt.txt")
    #expect(file.status == 65)
    #expect(file.errors.contains("at line 2, column 2 of 'prompt.txt'"))
    #expect(
      try generate("--prompt-file", "prompt.txt", "--unknown", "skip", "--length", "5").status == 0)
  }

  @Test func lengthZeroIsThePrompt() throws {
    #expect(try generate("--prompt", "over\nthe", "--length", "0").output == "over\nthe\n")
  }

  @Test func stopTextEndsTheText() throws {
    let whole = try generate("--prompt", "a", "--length", "40").output.dropLast()
    let stop = String(whole.dropFirst(20).prefix(2))
    let end = try #require(whole.dropFirst().range(of: stop)).lowerBound
    let output = try generate("--prompt", "a", "--length", "40", "--stop", stop).output
    #expect(output == whole[..<end] + "\n")
    #expect(try generate("--prompt", "a", "--length", "40", "--stop", "😀").output == whole + "\n")
  }

  @Test(arguments: [
    ("the 😀", "the character \"😀\" (U+1F600) at line 1, column 5"),
    ("over\nThe", "the character \"T\" (U+0054) at line 2, column 1"),
    ("-5", "the character \"-\" (U+002D) at line 1, column 1"),
    ("--stop", "the character \"-\" (U+002D) at line 1, column 1"),
    ("", "there is nothing to go on from: give some text with --prompt or --prompt-file"),
  ])
  func promptThatTheModelCannotReadIsRefused(prompt: String, sentence: String) throws {
    let outcome = try generate("--prompt", prompt)
    #expect(outcome.status == 65)
    #expect(outcome.errors.hasPrefix("error: " + sentence))
    #expect(outcome.errors.split(separator: "\n").count == 1)
    #expect(outcome.output == "")
  }
}
