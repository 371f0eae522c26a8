import Testing

@Suite struct StandardStreamTests {
  private let workplace: Workplace

  init() throws { workplace = try Workplace.withModel() }

  @Test(arguments: [
    "tutorial", "generate fox.safetensors --prompt the --length 20000", "help train",
    "train fox.txt --output out --epochs 1",
  ])
  func readerMayLeave(command: String) throws {
    let outcome = try workplace.shell(
      #"{ "$unroll" \#(command); echo "status $?" >&2; } | head -n 1"#)
    #expect(outcome.output.split(separator: "\n").count <= 1)
    #expect(outcome.errors.hasSuffix("status 0\n"))
    #expect(!outcome.errors.contains("error: "))
  }

  @Test func closedOutputIsAnErrorAndNoFileTakesItsPlace() throws {
    let outcome = try workplace.shell(
      #""$unroll" train fox.txt --output out --metrics metrics --epochs 1 >&-"#)
    #expect(outcome.status == 74)
    #expect(
      outcome.errors.hasSuffix("error: cannot write to standard output: Bad file descriptor\n"))
    #expect(
      try workplace.text(of: "metrics").split(separator: "\n").allSatisfy { $0.hasPrefix("{") })
    #expect(try workplace.unroll("generate", "out", "--prompt", "fox").status == 0)
  }

  @Test func closedErrorsAreNoErrorAndNoFileTakesTheirPlace() throws {
    let outcome = try workplace.shell(
      #""$unroll" train fox.txt --output out --metrics metrics --epochs 1 2>&-"#)
    #expect(outcome.status == 0)
    #expect(
      try workplace.text(of: "metrics").split(separator: "\n").allSatisfy { $0.hasPrefix("{") })
  }

  @Test func closedInputCannotBeRead() throws {
    let outcome = try workplace.shell(#""$unroll" train - --output out <&-"#)
    #expect(outcome.status == 74)
    #expect(outcome.errors.hasPrefix("error: cannot read 'standard input': "))
  }

  #if os(Linux)
  @Test func fullOutputIsAnError() throws {
    let outcome = try workplace.shell(#""$unroll" tutorial >/dev/full"#)
    #expect(outcome.status == 74)
    #expect(
      outcome.errors == "error: cannot write to standard output: No space left on device\n")
  }
  #endif
}
