import Foundation
import Testing

/// What `generate` can be asked for beside a prompt and a length.
@Suite struct GenerateOptionTests {
  private let workplace: Workplace

  init() throws { workplace = try Workplace.withModel() }

  private func generate(_ arguments: String..., input: String = "") throws -> Outcome {
    try workplace.unroll(["generate", "fox.safetensors"] + arguments, input: input)
  }

  private func lines(_ outcome: Outcome) throws -> [[String: Any]] {
    try outcome.output.split(separator: "\n").map { line in
      try #require(try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any])
    }
  }

  // MARK: What a text has to be

  @Test(arguments: ["[a-f]{5}", "(the|fox) .*\\.", "(a|b)+"])
  func patternIsMatched(pattern: String) throws {
    let outcome = try generate(
      "--prompt", "the", "--regex", pattern, "--length", "30", "--count", "40")
    #expect(outcome.status == 0 && outcome.errors == "")
    let texts = outcome.output.split(separator: "\n")
    #expect(texts.count == 40)
    for text in texts {
      #expect(try Regex(pattern).wholeMatch(in: text.dropFirst(3)) != nil)
    }
  }

  @Test func requiredComesAndBannedDoesNot() throws {
    let outcome = try generate(
      "--prompt", "the", "--require", "xyz", "--require", "bb", "--ban", "o", "--ban", " q",
      "--ban", "\n", "--length", "40", "--count", "20")
    let texts = outcome.output.split(separator: "\n").map { $0.dropFirst(3) }
    #expect(texts.count == 20)
    for text in texts {
      #expect(text.contains("xyz") && text.contains("bb"))
      #expect(!text.contains("o") && !text.contains(" q"))
    }
  }

  @Test(arguments: [
    (["--regex", "(a"], 64, "The pattern \"(a\" has a ( without its ), at character 3"),
    (["--regex", "[0-9]"], 64, "No text of the model's tokens matches what is asked for"),
    (["--regex", "a{30}", "--length", "9"], 64, "What is asked for takes at least 30 tokens"),
    (["--bias", "ab=2"], 64, "--bias is about one token, and \"ab\" is 2 of this model"),
    (["--ban-token", "99"], 64, "There is no token 99"),
    (["--load-state", "nothing"], 66, "'nothing'"),
    (["--load-state", "fox.safetensors"], 65, "is not the state of a text"),
    (["--novelty", "nothing"], 66, "'nothing'"),
  ])
  func whatCannotBeDoneIsSaid(arguments: [String], status: Int32, sentence: String) throws {
    let outcome = try workplace.unroll(
      ["generate", "fox.safetensors", "--prompt", "the"] + arguments)
    #expect(outcome.status == status)
    #expect(outcome.firstError.contains(sentence))
    #expect(outcome.errors.split(separator: "\n").count == 1)
    #expect(outcome.output == "")
  }

  @Test func tokensMayBeBannedAndBiased() throws {
    let plain = try generate("--prompt", "the ", "--length", "200").output
    #expect(plain.dropFirst(4).contains("o"))
    let biased = try generate("--prompt", "the ", "--length", "200", "--bias", "o=-30").output
    #expect(!biased.dropFirst(4).contains("o"))
    let forced = try generate("--prompt", "the ", "--length", "9", "--bias", "z=50").output
    #expect(forced == "the zzzzzzzzz\n")
    // The vocabulary is sorted: a line feed, the blank, the full stop, then the letters.
    let banned = try generate("--prompt", "the ", "--length", "200", "--ban-token", "17").output
    #expect(!banned.dropFirst(4).contains("o"))
  }

  @Test func copiesAreLimitedAndReported() throws {
    try workplace.write("the quick brown fox jumps over the lazy dog.\n", to: "known.txt")
    let free = try generate("--prompt", "the", "--length", "60", "--novelty", "known.txt")
    #expect(free.errors.hasPrefix("novelty: the longest copy has "))
    #expect(free.errors.contains(" characters, \""))
    #expect(free.errors.contains(" % of its sequences of 16\n"))
    let limited = try generate(
      "--prompt", "the", "--length", "60", "--novelty", "known.txt", "--no-copy", "2", "--json")
    let report = try #require(try lines(limited).last)
    #expect(try #require(report["longestCopy"] as? Int) <= 2)
    #expect((report["newShares"] as? [Any])?.count == 4)
    let known = try generate(
      "--prompt", "the", "--length", "60", "--known-text", "known.txt", "--no-copy", "2")
    #expect(known.errors == "")
    #expect(
      try lines(limited).compactMap { $0["text"] as? String }.joined()
        == known.output.dropFirst(3).dropLast())
  }

  // MARK: Which texts

  @Test func severalTextsComeInTheirOrder() throws {
    let texts = try generate(
      "--prompt", "a", "--length", "40", "--stop", "e", "--ban", "\n", "--count", "100"
    ).output.split(separator: "\n", omittingEmptySubsequences: false).dropLast()
    #expect(texts.count == 100)
    let some = try generate(
      "--prompt", "a", "--length", "40", "--stop", "e", "--ban", "\n", "--count", "7"
    ).output.split(separator: "\n", omittingEmptySubsequences: false).dropLast()
    #expect(Array(texts.prefix(7)) == Array(some))
    #expect(Set(texts.map(\.count)).count > 5)
  }

  @Test func beamsFindTextsAtLeastAsLikelyAsTheGreedyOne() throws {
    let greedy = try lines(
      generate("--prompt", "the ", "--length", "12", "--greedy", "--json"))
    let total = greedy.compactMap { $0["logProbability"] as? Double }.reduce(0, +)
    let beams = try lines(
      generate("--prompt", "the ", "--length", "12", "--beams", "30", "--count", "5", "--json"))
    #expect(beams.count == 5)
    let found = beams.compactMap { $0["logProbability"] as? Double }
    #expect(found == found.sorted(by: >))
    #expect(try #require(found.first) >= total - 1e-4)
    let plain = try generate("--prompt", "the ", "--length", "12", "--beams", "30", "--ban", "\n")
    #expect(plain.output.hasPrefix("the ") && plain.output.count == 17)
  }

  @Test func bestOfSeveralIsTheLikeliest() throws {
    let drawn = try lines(
      generate("--prompt", "a", "--length", "9", "--count", "6", "--best-of", "1", "--json"))
    let means = drawn.compactMap { $0["meanLogProbability"] as? Double }
    let best = try lines(
      generate("--prompt", "a", "--length", "9", "--count", "2", "--best-of", "3", "--json"))
    #expect(means.count == 6 && best.count == 2)
    #expect(best[0]["meanLogProbability"] as? Double == means.prefix(3).max())
    #expect(best[1]["meanLogProbability"] as? Double == means.suffix(3).max())
  }

  @Test func jsonHasALineForEachToken() throws {
    let outcome = try generate(
      "--prompt", "the ", "--length", "8", "--count", "3", "--json", "--likeliest", "2")
    #expect(outcome.status == 0 && outcome.errors == "")
    let lines = try lines(outcome)
    #expect(lines.count == 24)
    for number in 0..<3 {
      let own = lines.filter { $0["number"] as? Int == number }
      let text = own.compactMap { $0["text"] as? String }.joined()
      #expect(text.count == 8)
      #expect(own.compactMap { $0["ending"] as? String } == ["length"])
      #expect(own.last?["ending"] != nil)
      #expect(own.allSatisfy { ($0["logProbability"] as? Double ?? 1) <= 0 })
      #expect(own.allSatisfy { ($0["likeliest"] as? [Any])?.count == 2 })
    }
    let plain = try generate("--prompt", "the ", "--length", "8").output
    #expect(
      "the "
        + lines.filter { $0["number"] as? Int == 0 }.compactMap { $0["text"] as? String }
        .joined() + "\n" == plain)
  }

  // MARK: States

  @Test func savedTextGoesOnAsIfItHadNotPaused() throws {
    let words = ["--prompt", "the ", "--seed", "5", "--repetition-penalty", "1.2"]
    let whole = try workplace.unroll(
      ["generate", "fox.safetensors", "--length", "60"] + words)
    let first = try workplace.unroll(
      ["generate", "fox.safetensors", "--length", "25", "--save-state", "state"] + words)
    #expect(first.status == 0)
    let rest = try generate(
      "--load-state", "state", "--length", "35", "--repetition-penalty", "1.2", "--save-state",
      "state")
    #expect(first.output.dropLast() + rest.output == whole.output)
    // And once more, behind more text.
    let further = try generate("--load-state", "state", "--prompt", " fox", "--length", "5")
    #expect(further.output.hasPrefix(" fox") && further.output.count == 10)
    let branches = try generate("--load-state", "state", "--length", "30", "--count", "3")
    #expect(branches.status == 0)
    _ = try workplace.unroll(
      ["train", "fox.txt", "--output", "other", "--quiet", "--seed", "9"] + small)
    let other = try workplace.unroll("generate", "other", "--load-state", "state")
    #expect(other.status == 65)
    #expect(
      other.errors
        == "error: 'state' is the state of a text of another model: give the model that wrote it\n")
  }

  // MARK: Ends and terminals

  @Test(arguments: [SIGINT, SIGTERM])
  func signalEndsTheTextWhereItIs(signal: Int32) throws {
    let run = try workplace.start([
      "generate", "fox.safetensors", "--prompt", "the ", "--length", "1000000000",
      "--save-state", "state",
    ])
    #expect(run.waits(forOutput: 5000))
    run.send(signal)
    let outcome = try run.outcome()
    #expect(outcome.status == 128 + signal)
    #expect(outcome.errors == "")
    #expect(outcome.output.hasSuffix("\n"))
    let text = outcome.output.dropLast()
    let whole = try generate("--prompt", "the ", "--length", "\(text.count - 4 + 20)").output
    #expect(whole.hasPrefix(text))
    let rest = try generate("--load-state", "state", "--length", "20").output
    #expect(text + rest == whole)
  }

  @Test func controlCharactersReachFilesButNoTerminal() throws {
    let text = String(repeating: "\u{1B}[31m\u{7}\u{9B}\u{7F}\r\n\u{1}\t", count: 40)
    try workplace.write(text, to: "controls.txt")
    _ = try workplace.unroll(
      ["train", "controls.txt", "--output", "controls", "--quiet"] + small)
    let command = ["generate", "controls", "--prompt", "[", "--length", "300"]
    let file = try workplace.unroll(command).output
    for control in ["\u{1B}", "\u{7}", "\u{9B}", "\u{7F}", "\u{1}"] {
      #expect(file.contains(control))
    }
    for extra in [[], ["--json", "--likeliest", "3"]] {
      let terminal = try #require(Terminal(columns: 80))
      let process = Process()
      process.executableURL = URL(fileURLWithPath: Workplace.executable)
      process.arguments = command + extra
      process.currentDirectoryURL = URL(fileURLWithPath: workplace.path)
      process.standardOutput = terminal.handle
      process.standardInput = FileHandle.nullDevice
      try process.run()
      let shown = terminal.text(of: process)
      #expect(process.terminationStatus == 0)
      let controls = shown.unicodeScalars.filter {
        $0.properties.generalCategory == .control && $0 != "\n" && $0 != "\t"
      }
      #expect(controls.isEmpty)
      if extra.isEmpty {
        #expect(shown.contains("^[") && shown.contains("^G") && shown.contains("\\u{9B}"))
        #expect(shown.contains("^?") && shown.contains("^A"))
      } else {
        #expect(shown.contains("\\u009b") && shown.contains("\\u001b"))
      }
    }
  }
}
