import Foundation
import Testing

@Suite struct AdviceTests {
  private let workplace: Workplace

  init() throws { workplace = try Workplace() }

  @Test(arguments: [
    (50, "1 layer, 32 units, batches of 1 row, windows of 49 steps, 100 epochs"),
    (
      5000,
      "1 layer, 128 units, batches of 4 rows, windows of 50 steps, 100 epochs, dropout 0.3, weight decay 0.1"
    ),
    (
      200_000,
      "1 layer, 256 units, batches of 50 rows, windows of 50 steps, 19 epochs, dropout 0.3, weight decay 0.1"
    ),
  ])
  func sizesAreChosenByTheText(characters: Int, sizes: String) throws {
    try workplace.write(String(fox.cycled().prefix(characters)), to: "text.txt")
    let run = try workplace.start(["train", "text.txt", "--output", "out"])
    #expect(run.waits(for: "chosen by the size of the text: \(sizes)\n"))
    run.send(SIGINT)
    _ = try run.outcome()
  }

  @Test func onlyWhatIsLeftOpenIsChosen() throws {
    try workplace.write(fox, to: "fox.txt")
    let outcome = try workplace.unroll(
      "train", "fox.txt", "--output", "out", "--hidden-size", "8", "--epochs", "1",
      "--batch-size", "2", "--sequence-length", "9")
    #expect(outcome.errors.hasPrefix("chosen by the size of the text: 1 layer\n"))
    let tied = try workplace.unroll(
      "train", "fox.txt", "--output", "out", "--epochs", "1", "--tie-weights",
      "--embedding-size", "12")
    #expect(tied.errors.contains("chosen by the size of the text: 1 layer, 12 units, "))
  }

  /// The article's three sentences, with nothing but the defaults: too little to keep some for validation, and all of it is learned.
  @Test(arguments: [["--documents", "lines"], []])
  func threeSentencesAreLearned(_ options: [String]) throws {
    try workplace.write("hey how are you\ngood i am fine\nhave a nice day\n", to: "three.txt")
    let outcome = try workplace.unroll(["train", "three.txt", "--output", "out"] + options)
    #expect(outcome.status == 0)
    #expect(outcome.errors.hasPrefix("warning: too little text to keep some for validation"))
    let text = try workplace.unroll(
      "generate", "out", "--prompt", "good", "--greedy", "--length", "10")
    #expect(text.output.hasPrefix("good i am fine"))
  }

  @Test func lossesAreGivenPerByteToo() throws {
    try workplace.write(String(repeating: "é", count: 900), to: "accents.txt")
    let outcome = try workplace.unroll(["train", "accents.txt", "--output", "out"] + small)
    let line = try #require(outcome.errors.split(separator: "\n").first { $0.contains("epoch 1/") })
    #expect(line.contains("validation ") && line.contains(" bits/byte)"))
  }
}

extension String {
  /// The text again and again.
  fileprivate func cycled() -> String { String(repeating: self, count: 200) }
}
