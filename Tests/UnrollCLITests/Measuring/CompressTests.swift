import Testing

@Suite struct CompressTests {
  private let workplace: Workplace

  init() throws { workplace = try Workplace.withModel() }

  @Test func fileComesBackWithOtherThreadsAndInstructions() throws {
    var text = try workplace.text(of: "fox.txt")
    // Several rows, so that threads share them.
    while text.utf8.count < 50_000 { text += text }
    try workplace.write(text, to: "long.txt")
    let outcome = try workplace.unroll("compress", "fox.safetensors", "long.txt", "--threads", "2")
    #expect(outcome.status == 0 && outcome.output == "")
    #expect(outcome.errors.contains(" bits per byte"))
    let bytes = try workplace.bytes(of: "long.txt.unrolled")
    for (threads, set) in [("1", "baseline"), ("3", "avx2"), ("2", "")] {
      let back = try workplace.unroll(
        [
          "decompress", "fox.safetensors", "long.txt.unrolled", "--output", "back.txt",
          "--threads", threads,
        ], environment: ["UNROLL_ISA": set])
      guard back.status == 0 else {
        #expect(back.status == 64 && !set.isEmpty, "\(back.errors)")
        continue
      }
      #expect(try workplace.text(of: "back.txt") == text)
    }
    let again = try workplace.unroll(
      "compress", "fox.safetensors", "long.txt", "--output", "again", "--threads", "1")
    #expect(try again.status == 0 && workplace.bytes(of: "again") == bytes)
  }

  @Test func standardInputNeedsAnOutput() throws {
    let piped = try workplace.shell(
      "'\(Workplace.executable)' compress fox.safetensors - --output fox.x < fox.txt && "
        + "'\(Workplace.executable)' decompress fox.safetensors - --output fox.y < fox.x")
    #expect(piped.status == 0, "\(piped.errors)")
    #expect(try workplace.text(of: "fox.y") == workplace.text(of: "fox.txt"))
    let refused = try workplace.shell(
      "'\(Workplace.executable)' compress fox.safetensors - < fox.txt")
    #expect(refused.status == 64 && refused.errors.contains("--output"))
  }

  @Test func whatIsThereIsNotReplaced() throws {
    try workplace.write("mine", to: "fox.txt.unrolled")
    let outcome = try workplace.unroll("compress", "fox.safetensors", "fox.txt")
    #expect(outcome.status == 73 && outcome.errors.contains("'fox.txt.unrolled' is there already"))
    #expect(try workplace.text(of: "fox.txt.unrolled") == "mine")
  }

  @Test(arguments: [
    (["compress", "fox.safetensors", "missing"], 66, "'missing'"),
    (["compress", "missing", "fox.txt"], 66, "'missing'"),
    (["compress", "fox.txt", "fox.txt"], 65, "'fox.txt' is text"),
    (["compress", "fox.safetensors", "euro"], 65, "\"€\" (U+20AC) at line 2, column 3 of 'euro'"),
    (["compress", "fox.safetensors", "latin1"], 65, "'latin1' is not UTF-8 text"),
    (["compress", "fox.safetensors", "fox.txt", "-o", "no/where"], 73, "'no"),
    (["decompress", "fox.safetensors", "fox.txt"], 64, "--output"),
    (["decompress", "fox.safetensors", "fox.txt", "-o", "x"], 65, "'fox.txt' is text"),
    (["decompress", "fox.safetensors", "cut", "-o", "x"], 65, "'cut' is damaged"),
    (["decompress", "other", "whole", "-o", "x"], 65, "'whole' was made by another model"),
    (["info", "whole"], 65, "unroll decompress"),
  ])
  func badInputIsNamed(arguments: [String], status: Int32, text: String) throws {
    try workplace.write("fo\nfo€\n", to: "euro")
    try workplace.write([0x66, 0xE9, 0x66], to: "latin1")
    if arguments.contains("cut") || arguments.contains("whole") {
      let made = try workplace.unroll(
        "compress", "fox.safetensors", "fox.txt", "--output", "whole")
      #expect(made.status == 0)
      try workplace.write(Array(workplace.bytes(of: "whole").dropLast()), to: "cut")
    }
    if arguments.contains("other") {
      let trained = try workplace.unroll(
        ["train", "fox.txt", "--output", "other", "--quiet", "--steps", "1"] + small)
      #expect(trained.status == 0)
    }
    let outcome = try workplace.unroll(arguments)
    #expect(outcome.status == status && outcome.errors.contains(text), "\(outcome.errors)")
  }
}
