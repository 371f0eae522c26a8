import Testing

/// Arguments and the sentence that they are refused with.
private let refusals: [(arguments: String, sentence: String)] = [
  ("--layers 0", "--layers is 1 or more, not 0"),
  ("--layers -1", "--layers is 1 or more, not -1"),
  ("--layers=-1", "--layers is 1 or more, not -1"),
  ("--hidden-size 0", "--hidden-size is 1 or more, not 0"),
  ("--embedding-size -3", "--embedding-size is 0 or more, not -3"),
  ("--dropout 1", "--dropout is at least 0 and below 1, not 1.0"),
  ("--dropout -0.1", "--dropout is at least 0 and below 1, not -0.1"),
  ("--dropout nan", "--dropout is at least 0 and below 1, not nan"),
  ("--nonlinearity relu", "--nonlinearity belongs to --cell rnn, not to lstm"),
  (
    "--tie-weights --hidden-size 128",
    "--tie-weights needs --embedding-size equal to --hidden-size, not 64 and 128"
  ),
  ("--vocabulary-size 0", "--vocabulary-size is 1 or more, not 0"),
  ("--minimum-count 0", "--minimum-count is 1 or more, not 0"),
  (
    "--tokens bpe --vocabulary-size 255",
    "--tokens bpe needs a --vocabulary-size of at least 256"
  ),
  ("--epochs 0", "--epochs is 1 to 1000000, not 0"),
  ("--epochs 9223372036854775807", "--epochs is 1 to 1000000, not 9223372036854775807"),
  ("--steps 0", "--steps is 1 or more, not 0"),
  ("--learning-rate 0", "--learning-rate is above 0, not 0.0"),
  ("--learning-rate inf", "--learning-rate is above 0, not inf"),
  ("--learning-rate -inf", "--learning-rate is above 0, not -inf"),
  ("--weight-decay -1", "--weight-decay is 0 or more, not -1.0"),
  ("--momentum 0.9", "--momentum belongs to sgd and rmsprop, not to adamw"),
  ("--square-decay 0.95", "--square-decay belongs to rmsprop, not to adamw"),
  ("--square-decay 1 --optimizer rmsprop", "--square-decay is at least 0 and below 1, not 1.0"),
  ("--momentum 1 --optimizer sgd", "--momentum is at least 0 and below 1, not 1.0"),
  ("--gradient-norm-limit nan", "--gradient-norm-limit is 0 or more, not nan"),
  ("--gradient-value-limit 0", "--gradient-value-limit is above 0, not 0.0"),
  ("--warmup-steps -1", "--warmup-steps is 0 or more, not -1"),
  ("--batch-size 0", "--batch-size is 1 or more, not 0"),
  ("--sequence-length 0", "--sequence-length is 1 or more, not 0"),
  ("--validation-fraction 1", "--validation-fraction is at least 0 and below 1, not 1.0"),
  (
    "--validation-fraction 0.2 --validation corpus.txt",
    "--validation and --validation-fraction contradict each other: give one of them"
  ),
  (
    "--schedule plateau --validation-fraction 0",
    "--schedule plateau needs validation, and --validation-fraction 0 leaves none"
  ),
  ("--sample-every -1", "--sample-every is 0 or more, not -1"),
  ("--quiet --sample-every 1", "--quiet and --sample-every contradict each other"),
  ("--metrics out", "--metrics and --output name the same file"),
  (
    "--resume a --init-from b",
    "--resume goes on with a run and --init-from begins a new one: give one of them"
  ),
  (
    "--resume a --checkpoint b",
    "--resume goes on writing to its own folder: give it without --checkpoint"
  ),
  ("--checkpoint-every 5", "--checkpoint-every needs --checkpoint"),
  ("--keep-last 0", "--keep-last is 1 or more, not 0"),
  ("--patience -1", "--patience is 0 or more, not -1"),
  (
    "--patience 1 --validation-fraction 0",
    "--patience needs validation, and --validation-fraction 0 leaves none"
  ),
  ("--threads 0", "--threads is 1 to 256, not 0"),
  ("--threads 257", "--threads is 1 to 256, not 257"),
]

/// The same for `generate`.
private let generateRefusals: [(arguments: String, sentence: String)] = [
  ("--length -1", "--length is 0 or more, not -1"),
  ("--count 0", "--count is 1 to 10000, not 0"),
  ("--count 1000000000", "--count is 1 to 10000, not 1000000000"),
  ("--temperature -1", "The temperature is 0 or more, not -1.0"),
  ("--temperature nan", "The temperature is 0 or more, not nan"),
  ("--top-k 0", "top-k is 1 or more, not 0"),
  ("--top-p 0", "top-p is above 0 and at most 1, not 0.0"),
  ("--min-p 1.5", "min-p is 0 ... 1, not 1.5"),
  ("--repetition-penalty 0", "The repetition penalty is above 0 (1: none), not 0.0"),
  (
    "--greedy --top-k 3",
    "--greedy leaves nothing to draw: give it without --temperature, --top-k, --top-p, --min-p and --typical"
  ),
  ("--greedy --count 2", "--greedy writes the same text each time: give it without --count"),
  ("--greedy --best-of 2", "--greedy writes the same text each time: give it without --best-of"),
  ("--typical 0", "The typical probability is above 0 and at most 1, not 0.0"),
  ("--presence-penalty nan", "The presence penalty is a finite number, not nan"),
  ("--frequency-penalty inf", "The frequency penalty is a finite number, not inf"),
  ("--penalty-window -1", "The window of the penalties is 0 or more tokens, not -1"),
  ("--beams 0", "--beams is 1 to 10000, not 0"),
  ("--best-of 0", "--best-of is 1 to 10000, not 0"),
  ("--beams 2 --count 3", "--beams finds 2 texts, and --count asks for 3: give more beams"),
  ("--beams 2 --best-of 3", "--beams and --best-of are two ways to choose: give one of them"),
  (
    "--beams 2 --top-k 3",
    "--beams draws nothing: give it without --greedy, --temperature, --top-k, --top-p, --min-p and --typical"
  ),
  ("--length-penalty 2", "--length-penalty belongs to --beams: give both"),
  ("--beams 2 --length-penalty nan", "--length-penalty is a finite number, not nan"),
  ("--likeliest 3", "--likeliest belongs to --json: give both"),
  ("--regex a+ --stop a", "--stop would cut off what --regex asks for: give one of them"),
  ("--no-copy 0 --known-text a", "--no-copy is 1 or more tokens, not 0"),
  (
    "--no-copy 3", "--no-copy needs the text that is not to be copied: give it with --known-text"
  ),
  ("--known-text a", "--known-text is the text of --no-copy: give both"),
  (
    "--save-state s --count 2",
    "--save-state keeps one text: give it without --count, --best-of and --beams"
  ),
]

/// Arguments that the parser itself refuses, and a text that its sentence names.
private let unparsable: [(arguments: [String], named: String)] = [
  (["bogus"], "'bogus'"),
  (["train"], "'<corpus> ...'"),
  (["train", "corpus.txt"], "'--output <output>'"),
  (["train", "corpus.txt", "--output", "out", "--hiden-size", "3"], "'--hidden-size'"),
  (["train", "corpus.txt", "--output", "out", "--cell", "transformer"], "'transformer'"),
  (["train", "corpus.txt", "--output", "out", "--seed", "-1"], "'-1'"),
  (
    ["train", "corpus.txt", "--output", "out", "--seed", "18446744073709551616"], "'--seed <seed>'"
  ),
  (["train", "corpus.txt", "--output", "out", "--layers", "two"], "'two'"),
  (["train", "corpus.txt", "--output", "out", "--layers", "--seed", "1"], "'--layers <layers>'"),
  (["train", "corpus.txt", "--output", "out", "--time-limit", "nan"], "'nan'"),
  (["train", "corpus.txt", "--output", "out", "--time-limit", "10x"], "'10x'"),
  (["train", "corpus.txt", "--output", "out", "--checkpoint-every", "0"], "'0'"),
  (["train", "corpus.txt", "--output", "out", "--checkpoint-every", "5x"], "'5x'"),
  (["train", "corpus.txt", "--output", "out", "--quiet", "-1"], "'--quiet'"),
  (["generate", "model", "--bias", "e"], "'e'"),
  (["generate", "model", "--bias", "=2"], "'=2'"),
  (["generate", "model", "--bias", "e=nan"], "'e=nan'"),
  (["generate", "model", "--ban-token", "x"], "'x'"),
  (["evaluate", "model"], "'<files> ...'"),
  (["tutorial", "extra"], "'extra'"),
  (["bench", "--seconds", "0"], "--seconds is above 0, not 0.0"),
  (["bench", "--workload", "nothing"], "nothing"),
]

@Suite struct UsageTests {
  @Test(arguments: refusals)
  func impossibleTrainingIsRefused(arguments: String, sentence: String) throws {
    let workplace = try Workplace()
    let outcome = try workplace.unroll(
      ["train", "corpus.txt", "--output", "out"] + arguments.split(separator: " ").map(String.init))
    #expect(outcome.status == 64)
    #expect(outcome.firstError == "error: " + sentence)
    #expect(outcome.output == "")
    #expect(try workplace.names == [])
  }

  @Test(arguments: generateRefusals)
  func impossibleGeneratingIsRefused(arguments: String, sentence: String) throws {
    let outcome = try Workplace().unroll(
      ["generate", "model", "--prompt", "a"] + arguments.split(separator: " ").map(String.init))
    #expect(outcome.status == 64)
    #expect(outcome.firstError == "error: " + sentence)
    #expect(outcome.output == "")
  }

  @Test(arguments: unparsable)
  func whatCannotBeParsedIsNamed(arguments: [String], named: String) throws {
    let outcome = try Workplace().unroll(arguments)
    #expect(outcome.status == 64)
    #expect(outcome.firstError.hasPrefix("error: "))
    #expect(outcome.firstError.contains(named))
    #expect(outcome.output == "")
  }

  @Test(arguments: [
    (["train", "book.txt", "—output", "out"], "write --output"),
    (["train", "book.txt", "–hidden-size", "3", "--output", "out"], "write --hidden-size"),
    (["train", "book.txt", "--output", "out", "--dropout", "0,1"], "write 0.1"),
    (["train", "book.txt", "--output", "out", "--dropout=0,25"], "write 0.25"),
    (["generate", "model", "--prompt", "a", "--temperature", "“0.5”"], "write \"0.5\""),
    (["train", "-book.txt", "--output", "out"], "write ./-book.txt"),
  ])
  func whatWasProbablyMeantIsSaid(arguments: [String], hint: String) throws {
    let workplace = try Workplace()
    try workplace.write("text", to: "-book.txt")
    let outcome = try workplace.unroll(arguments)
    #expect([64, 66].contains(outcome.status))
    #expect(outcome.firstError.hasPrefix("error: "))
    let last = outcome.errors.split(separator: "\n").last ?? ""
    #expect(last.hasPrefix("Perhaps: ") && last.hasSuffix(hint))
  }

  @Test(arguments: ["--stop", "--require", "--ban"])
  func emptyTextIsRefused(option: String) throws {
    let outcome = try Workplace().unroll("generate", "model", "--prompt", "a", option, "")
    #expect(outcome.status == 64)
    #expect(outcome.firstError == "error: \(option) needs a text")
  }

  @Test func unknownInstructionSetIsRefused() throws {
    let outcome = try Workplace().unroll(["tutorial"], environment: ["UNROLL_ISA": "nonsense"])
    #expect(outcome.status == 64)
    #expect(
      outcome.errors.hasPrefix(
        "error: UNROLL_ISA is \"nonsense\", but this machine and build offer only baseline"))
    #expect(outcome.errors.split(separator: "\n").count == 1)
    #expect(outcome.output == "")
  }

  @Test(arguments: [
    ["--help"], ["help", "train"], ["help", "generate"], ["help", "bench"], ["help", "inspect"],
    ["evaluate", "--help"],
    [],
  ])
  func helpFitsATerminal(arguments: [String]) throws {
    let outcome = try Workplace().unroll(arguments)
    #expect(outcome.status == 0)
    #expect(outcome.errors == "")
    #expect(outcome.output.contains("USAGE: unroll"))
    // The parser does not break the line of the usage.
    let lines = outcome.output.split(separator: "\n").filter { !$0.hasPrefix("USAGE: ") }
    #expect(lines.allSatisfy { $0.count <= 80 })
  }

  @Test func versionIsPrinted() throws {
    #expect(try Workplace().unroll("--version").output == "0.1.0\n")
  }
}
