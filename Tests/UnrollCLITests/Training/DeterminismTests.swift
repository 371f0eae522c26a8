import Testing

@Suite struct DeterminismTests {
  /// Cells and options that go through different kernels.
  @Test(arguments: [
    ["--cell", "lstm", "--dropout", "0.2"],
    ["--cell", "gru", "--layers", "2", "--embedding-size", "7", "--optimizer", "adamw"],
    ["--cell", "rnn", "--nonlinearity", "relu", "--optimizer", "sgd", "--learning-rate", "0.1"],
  ])
  func modelFileIsTheSameForAllThreadsAndInstructionSets(options: [String]) throws {
    let workplace = try Workplace()
    try workplace.write(fox, to: "fox.txt")
    func train(_ name: String, threads: Int, instructionSet: String = "") throws -> Outcome {
      try workplace.unroll(
        [
          "train", "fox.txt", "--output", name, "--quiet", "--threads", "\(threads)", "--steps",
          "6",
        ]
          + ["--hidden-size", "37", "--batch-size", "5", "--sequence-length", "9"] + options,
        environment: ["UNROLL_ISA": instructionSet])
    }
    #expect(try train("reference", threads: 1).status == 0)
    let reference = try workplace.bytes(of: "reference")
    for threads in [2, 3] {
      #expect(try train("out", threads: threads).status == 0)
      #expect(try workplace.bytes(of: "out") == reference, "\(threads) threads")
    }
    var compared = 0
    for name in ["baseline", "avx2", "avx512", "neon"] {
      let outcome = try train("out", threads: 2, instructionSet: name)
      guard outcome.status == 0 else {
        #expect(outcome.status == 64, "\(outcome.errors)")
        continue
      }
      compared += 1
      #expect(try workplace.bytes(of: "out") == reference, "\(name)")
    }
    #expect(compared > 0)
  }
}
