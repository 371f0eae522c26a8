import Testing

private let divergence =
  "training diverged: a weight is not finite in step 1, even after 5 returns to an earlier state with half "
  + "the learning rate, and no model was written: "
  + "try a lower --learning-rate than 1e+300 or a lower --gradient-norm-limit"

/// Arguments of `train` after the corpus, the exit status and the sentence.
private let corpora: [(corpus: String, status: Int32, sentence: String)] = [
  (
    "missing.txt", 66,
    "cannot read 'missing.txt': there is no such file; check the spelling of the path"
  ),
  ("empty.txt", 66, "'empty.txt' is empty: give a file with text"),
  ("folder", 66, "'folder' holds no text: give a folder with text files in it"),
  ("-", 66, "standard input is empty: give a file with text"),
  ("one.txt", 65, "'one.txt': a text of one token leaves nothing to predict; give more text"),
  (
    "latin1.txt", 65,
    "'latin1.txt' is not UTF-8 text, with the byte 0xE9 at offset 100003: it looks like text that is not UTF-8, probably Windows-1252; "
      + "`iconv -f WINDOWS-1252 -t UTF-8 latin1.txt > NEW` makes a text of it that `unroll train` reads"
  ),
  (
    "pictures", 66,
    "'pictures' holds no text: 'pictures/a.png' is not UTF-8 text, with the byte 0x89 at offset 0: it looks like a picture; "
      + "give the text that is in it"
  ),
  (
    "fox.txt missing.txt", 66,
    "cannot read 'missing.txt': there is no such file; check the spelling of the path"
  ),
  ("fox.txt --validation empty.txt", 66, "'empty.txt' is empty: give a file with text"),
  (
    "fox.txt --minimum-count 40", 65,
    "the vocabulary leaves out 22 of 29 distinct characters of the text: choose the unknown policy "
      + "\"skip\" or \"token\", or keep all of them"
  ),
  (
    "fox.txt --validation-fraction 0.9999", 65,
    "--validation-fraction and --test-fraction leave 0 of 1,350 tokens for training, and at least 2 are needed: "
      + "choose smaller ones"
  ),
  ("fox.txt --hidden-size 2000000", 64, "The hidden size is 1 ... 1048576, not 2000000"),
  ("fox.txt --layers 100000", 64, "The number of layers is 1 ... 1024, not 100000"),
  ("fox.txt --epochs 1 --learning-rate 1e300", 1, divergence),
  (
    "fox.txt --epochs 1 --validation-fraction 0 --batch-size 4 --learning-rate 1e300", 1, divergence
  ),
  (
    "fox.txt --epochs 1 --steps 1 --validation-fraction 0 --learning-rate 1e300", 1, divergence
  ),
]

/// Paths that nothing can be written to, the exit status and the sentence.
private let outputs: [(path: String, sentence: String)] = [
  ("folder", "cannot write 'folder': it is a folder; name a file"),
  (
    "nowhere/model",
    "cannot write 'nowhere/model': its folder does not exist; create the folder first"
  ),
  (
    "one.txt/model",
    "cannot write 'one.txt/model': a part of the path is not a folder; check the path"
  ),
  (
    "/dev/null",
    "cannot write '/dev/null': it exists and is not a regular file; choose another name"
  ),
]

@Suite struct BadInputTests {
  private let workplace: Workplace

  init() throws {
    workplace = try Workplace()
    try workplace.write(fox, to: "fox.txt")
    try workplace.write("", to: "empty.txt")
    try workplace.write("x", to: "one.txt")
    let text = [UInt8](String(repeating: "caf\n", count: 30_000).utf8)
    try workplace.write(text[..<100_003] + [0xE9] + text[100_003...], to: "latin1.txt")
    try workplace.makeFolder("folder")
    try workplace.write("hidden", to: "folder/.hidden")
    try workplace.makeFolder("pictures")
    try workplace.write([0x89, 0x50, 0x4E, 0x47], to: "pictures/a.png")
  }

  @Test(arguments: corpora)
  func corpusIsRefusedAndNothingWritten(corpus: String, status: Int32, sentence: String) throws {
    let before = try workplace.names
    let outcome = try workplace.unroll(
      ["train"] + corpus.split(separator: " ").map(String.init) + ["--output", "out", "--quiet"])
    #expect(outcome.status == status)
    #expect(outcome.errors == "error: \(sentence)\n")
    #expect(outcome.output == "")
    #expect(try workplace.names == before)
  }

  /// The terabytes of 4 trillion parameters: 4 bytes for weights, moments and mean, twice, and for gradients.
  @Test(arguments: [
    ("", 112), ("--optimizer sgd", 48), ("--optimizer rmsprop", 80),
    ("--optimizer sgd --momentum 0.9", 80), ("--average exponential", 144),
    ("--optimizer sgd --shards 2", 64),
  ])
  func modelTooLargeForAnyMachineIsRefused(options: String, terabytes: Int) throws {
    let outcome = try workplace.unroll(
      [
        "train", "fox.txt", "--output", "out", "--hidden-size", "1000000", "--layers", "1",
        "--embedding-size", "0", "--quiet",
      ] + options.split(separator: " ").map(String.init))
    #expect(outcome.status == 64)
    #expect(
      outcome.errors.hasPrefix(
        "error: a model with 4,000,153,000,029 parameters and these batches need at least \(terabytes)"
      ))
    #expect(
      outcome.errors.hasSuffix(
        "choose a smaller --hidden-size, --layers, --batch-size or --sequence-length\n"))
  }

  @Test(arguments: outputs)
  func unwritableOutputIsFoundBeforeTheCorpusIsRead(path: String, sentence: String) throws {
    for option in ["--output", "--metrics"] {
      let other = option == "--output" ? "--metrics" : "--output"
      let outcome = try workplace.unroll(
        "train", "missing.txt", "\(option)=\(path)", "\(other)=out")
      #expect(outcome.status == 73)
      #expect(outcome.errors == "error: \(sentence)\n")
    }
  }

  @Test(arguments: ["--output", "--metrics"])
  func noTextOfTheCorpusIsReplaced(option: String) throws {
    try workplace.makeFolder("texts")
    try workplace.write(fox, to: "texts/fox.txt")
    let other = option == "--output" ? "--metrics" : "--output"
    for corpus in [["texts/fox.txt"], ["texts"], ["fox.txt", "--validation", "texts/fox.txt"]] {
      let outcome = try workplace.unroll(
        ["train"] + corpus + [option, "./texts/../texts/fox.txt", other, "out"])
      #expect(outcome.status == 64)
      let liesInside = option == "--metrics" && corpus == ["texts"]
      #expect(
        outcome.errors
          == (liesInside
            ? "error: --metrics './texts/../texts/fox.txt' lies in 'texts', a folder to learn from: choose a place outside of it\n"
            : "error: \(option) would replace 'texts/fox.txt', a text to learn from: choose another name\n")
      )
      #expect(try workplace.text(of: "texts/fox.txt") == fox)
    }
  }

  @Test func oldModelSurvivesEveryFailure() throws {
    try workplace.write("an old model", to: "model")
    for arguments in [
      ["latin1.txt"], ["fox.txt", "--learning-rate", "1e300", "--epochs", "1"],
      ["fox.txt", "--hidden-size", "1000000"],
    ] {
      let before = try workplace.names
      #expect(try workplace.unroll(["train", "--output", "model"] + arguments).status != 0)
      #expect(try workplace.text(of: "model") == "an old model")
      #expect(try workplace.names == before)
    }
  }

  @Test func oldModelSurvivesAFileSystemThatTakesNoMore() throws {
    try workplace.write("an old model", to: "model")
    let before = try workplace.names
    // Two blocks of 512 bytes (in some shells 1024) are less than the model takes.
    let outcome = try workplace.shell(
      #"trap '' XFSZ; ulimit -f 2; "$unroll" train fox.txt --output model --quiet --epochs 1"#)
    #expect(outcome.status == 74)
    #expect(outcome.errors.hasPrefix("error: cannot write 'model': "))
    #expect(try workplace.text(of: "model") == "an old model")
    #expect(try workplace.names == before)
  }

  @Test func metricsThatCannotBeWrittenDoNotLoseTheModel() throws {
    let outcome = try workplace.shell(
      #"""
      trap '' XFSZ; ulimit -f 20
      "$unroll" train fox.txt --output model --metrics metrics --hidden-size 4 --layers 1 --embedding-size 0 \
        --batch-size 1 --sequence-length 2 --epochs 1
      """#)
    #expect(outcome.status == 74)
    let lines = outcome.errors.split(separator: "\n")
    #expect(lines.contains { $0.hasSuffix("; training goes on, and no more is written there") })
    #expect(lines.last?.hasPrefix("error: cannot write 'metrics': ") == true)
    #expect(try workplace.unroll("generate", "model", "--prompt", "fox").status == 0)
  }
}
