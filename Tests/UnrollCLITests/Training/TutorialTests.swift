import Testing

@Suite struct TutorialTests {
  @Test func lossesAreThoseOfPyTorch() throws {
    let outcome = try Workplace().unroll("tutorial", "--seed", "0")
    #expect(outcome.status == 0)
    #expect(outcome.errors == "")
    let losses = outcome.output.split(separator: "\n").filter { $0.hasPrefix("  epoch ") }
      .compactMap { $0.split(separator: " ").last }
    #expect(
      losses == [
        "2.4078", "2.1377", "1.7490", "1.3886", "1.0772", "0.7901", "0.5520", "0.3786", "0.2649",
        "0.1958",
      ])
    #expect(outcome.output.hasSuffix("\n  'good i am fine '\n"))
  }

  @Test func everyStepOfTheArticleIsShown() throws {
    let output = try Workplace().unroll("tutorial").output
    for line in [
      "  'hey how are you'", "  'good i am fine '",
      "  input 'have a nice da'  target 'ave a nice day'",
      "  3 sentences × 14 steps × 17 characters: [3, 14, 17]", "  rnn.weight_ih_l0 [12, 17]",
      "  fc.bias [17]", "  593 parameters", "  epoch 100/100  loss 0.1958",
    ] {
      #expect(output.contains("\n\(line)\n"), "\(line)")
    }
  }

  @Test(arguments: ["rnn", "lstm", "gru"]) func everyCellLearns(cell: String) throws {
    let outcome = try Workplace().unroll("tutorial", "--cell", cell)
    #expect(outcome.status == 0)
    #expect(outcome.output.contains("  epoch 100/100  loss "))
  }
}
