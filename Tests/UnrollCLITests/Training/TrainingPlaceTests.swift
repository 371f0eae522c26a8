import Foundation
import Testing

/// Where a run writes to, next to what it reads.
@Suite struct TrainingPlaceTests {
  private let workplace: Workplace

  init() throws {
    workplace = try Workplace()
    try workplace.makeFolder("letters/old")
    try workplace.write(fox, to: "letters/fox.txt")
  }

  // What is written there would be a part of the text when the run goes on.
  @Test(arguments: [
    ["--checkpoint", "letters/run"], ["--checkpoint", "letters/old/../run"],
    ["--metrics", "letters/old/metrics"],
  ])
  func runDoesNotWriteIntoItsOwnText(arguments: [String]) throws {
    let outcome = try workplace.unroll(["train", "letters", "--output", "out"] + small + arguments)
    #expect(outcome.status == 64)
    #expect(outcome.errors.contains("lies in 'letters', a folder to learn from"))
    #expect(try workplace.names == ["letters", "letters/fox.txt", "letters/old"])
  }

  @Test func folderBesideTheTextIsFine() throws {
    let outcome = try workplace.unroll(
      ["train", "letters", "--output", "out", "--checkpoint", "letters-run", "--quiet"] + small)
    #expect(outcome.status == 0)
  }

  @Test func patternsMayBeGivenAgain() throws {
    let arguments = ["letters", "--include", "*.txt", "--output", "out", "--quiet"] + small
    #expect(
      try workplace.unroll(
        ["train", "--checkpoint", "run", "--time-limit", "0.000001"] + arguments
      ).status == 0)
    let other = try workplace.unroll("train", "--resume", "run", "--include", "*.md")
    #expect(other.status != 0)
    #expect(
      try workplace.unroll(
        ["train", "--resume", "run", "--time-limit", "1h"] + arguments
      ).status == 0)
  }

  @Test func anyNumberOfCheckpointsMayBeKept() throws {
    let outcome = try workplace.unroll(
      [
        "train", "letters", "--output", "out", "--checkpoint", "run", "--quiet", "--keep-last",
        "9223372036854775807",
      ] + small)
    #expect(outcome.status == 0)
  }
}
