import Foundation
import Testing

@Suite struct WriteTests {
  private let workplace: Workplace

  init() throws { workplace = try Workplace.withModel() }

  // MARK: Through a pipe

  private func write(_ lines: String, _ arguments: String...) throws -> Outcome {
    try workplace.unroll(["write", "fox.safetensors", "--length", "12"] + arguments, input: lines)
  }

  @Test func linesAreAnsweredByTurns() throws {
    let outcome = try write("the quick\n fox\n\n", "--greedy")
    #expect(outcome.status == 0 && outcome.errors == "")
    var (text, wanted) = ("", "")
    for line in ["the quick", " fox", ""] {
      text += line
      let whole = try workplace.unroll(
        "generate", "fox.safetensors", "--prompt", text, "--length", "12", "--greedy"
      ).output.dropLast()
      wanted += whole.dropFirst(text.count) + "\n"
      text = String(whole)
    }
    #expect(outcome.output == wanted)
  }

  @Test func sameSeedWritesTheSameAndAgainWritesSomethingElse() throws {
    let outcome = try write("the \n/again\n/undo\n/show\n", "--seed", "4")
    let lines = outcome.output.split(separator: "\n", omittingEmptySubsequences: false)
    #expect(try write("the \n/again\n/undo\n/show\n", "--seed", "4").output == outcome.output)
    #expect(outcome.output.hasSuffix("the " + (try write("the \n", "--seed", "4").output)))
    #expect(lines.count > 3 && lines[0] != lines[1])
    // Taken back, there is nothing in the end, and it can be put back.
    let undone = try write("the \n/undo\n/undo\n/undo\n/show\n/redo\n/show\n", "--seed", "4")
    #expect(undone.errors == "taken back\ntaken back\nthere is nothing to take back\nput back\n")
    #expect(undone.output.hasSuffix("\n\nthe \n"))
  }

  @Test func likeliestTokenIsTaken() throws {
    let outcome = try write("/set length 0\nthe quic\n/next 2\n/take 1\n/show\n")
    let lines = outcome.output.split(separator: "\n", omittingEmptySubsequences: false)
    let pattern = #/  1  "(.)"  +\d+\.\d\d %  █*[▏▎▍▌▋▊▉]?/#
    let token = try #require(try pattern.wholeMatch(in: lines[1])?.1)
    // What the model has just written, an empty line for nothing, comes first.
    #expect(lines[0] == "" && lines[2].hasPrefix("  2  "))
    #expect(outcome.output.hasSuffix("the quic\(token)\n"))
  }

  @Test func textIsKeptAndOpened() throws {
    let outcome = try write("the \n/save a.txt\n/new\n/open a.txt\n/show\n/save a.txt\n")
    #expect(outcome.status == 0, "\(outcome.errors)")
    let text = try workplace.text(of: "a.txt")
    #expect(text.hasPrefix("the ") && outcome.output.hasSuffix(text + "\n"))
    try workplace.write("mine", to: "b.txt")
    let refused = try write("the \n/save b.txt\n")
    #expect(refused.status == 65 && refused.errors.contains("'b.txt' is there already"))
    #expect(try workplace.text(of: "b.txt") == "mine")
    let opened = try write("/show\n", "--open", "a.txt")
    #expect(opened.output == text + "\n")
  }

  @Test func scoreIsThatOfTheCommand() throws {
    let outcome = try write("/set length 0\nthe quick brown fox\n/score\n")
    try workplace.write("the quick brown fox", to: "line.txt")
    let scored = try workplace.unroll("score", "fox.safetensors", "line.txt")
    let total = scored.errors.split(separator: " ").suffix(3).first ?? "?"
    #expect(outcome.output.contains(", \(total) bits in all"), "\(outcome.output) \(scored.errors)")
  }

  /// Bits and characters are about the same: the end of a document that is being written is in neither.
  @Test func scoreOfADocumentHasNoEnd() throws {
    try workplace.write("anna\nbob\nann\n", to: "names.txt")
    let trained = try workplace.unroll(
      [
        "train", "names.txt", "--documents", "lines", "--output", "names", "--quiet", "--steps",
        "2",
      ]
        + small)
    #expect(trained.status == 0, "\(trained.errors)")
    try workplace.write("anna\n", to: "one.txt")
    let scored = try workplace.unroll("score", "names", "one.txt", "--per", "token", "--json")
    let bits = try scored.output.split(separator: "\n").compactMap {
      (try JSONSerialization.jsonObject(with: Data($0.utf8)) as? [String: Any])?["bits"] as? Double
    }
    #expect(bits.count == 5)
    let sum = bits.dropLast().reduce(0, +)
    let outcome = try workplace.unroll(
      ["write", "names"], input: "/set length 0\nanna\n/score\n")
    let sentence = "4 predicted characters: \(String(format: "%.4f", sum / 4)) bits each, "
    #expect(outcome.output.contains(sentence), "\(outcome.output) \(sum)")
    #expect(!outcome.output.contains("<end> takes"))
  }

  /// What nothing is predicted of has no rate.
  @Test func scoreOfOneTokenIsRefused() throws {
    let outcome = try write("/set length 0\nt\n/score\n")
    #expect(
      outcome.status == 65 && outcome.errors.contains("a text of one token is too short"),
      "\(outcome.errors)")
    #expect(outcome.output == "\n")
  }

  @Test func tokenThatIsTakenIsALineOfOutput() throws {
    let outcome = try write("/set length 0\nthe quic\n/next 1\n/take 1\n/show\n")
    let lines = outcome.output.split(separator: "\n", omittingEmptySubsequences: false)
    #expect(lines.count == 5 && lines[2].count == 1 && lines[3] == "the quic" + lines[2])
  }

  @Test func objectsHaveTextAndEnding() throws {
    let outcome = try write("the \n", "--json", "--stop", " ")
    let object = try JSONSerialization.jsonObject(with: Data(outcome.output.utf8)) as? [String: Any]
    #expect(object?["ending"] as? String == "stop" || object?["ending"] as? String == "length")
    #expect((object?["text"] as? String)?.contains(" ") == false)
  }

  @Test(arguments: [
    ("/foo", "there is no command /foo"), ("/", "there is no command /"),
    ("/next 0", "/next takes a number of 1 or more, not '0'"), ("/take", "/take takes a number"),
    ("/take 3", "that /next has shown, not 3"), ("/save", "/save needs the name of a file"),
    ("/save no/where/x", "cannot write 'no/where/x'"), ("/open missing", "cannot read 'missing'"),
    ("/open .", "'.'"), ("/set", ""), ("/set colour red", "there is no setting 'colour'"),
    ("/set temperature hot", "'hot' is no value of temperature, which is 1.0"),
    ("/set temperature -1", "The temperature is 0 or more"),
    ("/set length -5", "length is 0 or more"),
    ("/set top-p 2", "top-p is above 0"), ("/undo 3", "/undo takes nothing behind it"),
    ("/again", "the model did not write last"), ("/next", "the prompt is empty"),
    ("€", "\"€\" (U+20AC)"), ("", "the prompt is empty"),
  ])
  func whatCannotBeDoneIsSaid(line: String, sentence: String) throws {
    let outcome = try write(line + "\n/set length 3\nthe\n")
    #expect(outcome.status == (sentence.isEmpty ? 0 : 65))
    #expect(sentence.isEmpty || outcome.errors.contains(sentence), "\(outcome.errors)")
    // The session goes on.
    #expect(outcome.output.hasSuffix("\n") && outcome.output.count >= 3)
  }

  // MARK: On a terminal

  private func terminal(
    columns: Int, rows: Int = 24, _ arguments: String...
  ) throws -> PseudoTerminal {
    let terminal = PseudoTerminal(
      columns: columns, rows: rows, in: workplace.path,
      [Workplace.executable, "write", "fox.safetensors", "--length", "5"] + arguments,
      environment: ["XDG_STATE_HOME": workplace.path + "/state"])
    #expect(terminal?.waitsForKeyboard() == true)
    return try #require(terminal)
  }

  @Test func textIsEditedAcrossRows() throws {
    let terminal = try terminal(columns: 20)
    terminal.type("abcdefghij klmnopqrst")
    #expect(terminal.waits { $0.lines == ["abcdefghij klmnopqrs", "t"] && $0.column == 1 })
    terminal.type("\u{1B}[D\u{1B}[D\u{1B}[DXY")
    #expect(
      terminal.waits {
        $0.lines == ["abcdefghij klmnopqXY", "rst"] && $0.row == 1 && $0.column == 0
      })
    terminal.type("\u{01}\u{1B}[3~")
    #expect(
      terminal.waits {
        $0.lines == ["bcdefghij klmnopqXYr", "st"] && $0.row == 0 && $0.column == 0
      })
    terminal.type("\u{0B}漢字漢字漢字漢字漢字漢e\u{301}x\u{7F}")
    #expect(terminal.waits { $0.lines == ["漢字漢字漢字漢字漢字", "漢e\u{301}"] && $0.column == 3 })
    terminal.type("\u{03}\u{03}")
    #expect(
      terminal.waits {
        $0.lines == ["", "Ctrl-D or /quit", "leaves"]
          || $0.lines == ["Ctrl-D or /quit", "leaves", ""]
      })
    terminal.type("\u{04}")
    #expect(terminal.status() == 0)
  }

  @Test func screenIsTheDocument() throws {
    let terminal = try terminal(columns: 60, "--greedy")
    terminal.type("the quick\r")
    let whole = try workplace.unroll(
      "generate", "fox.safetensors", "--prompt", "the quick", "--length", "5", "--greedy"
    ).output.dropLast().split(separator: "\n", omittingEmptySubsequences: false)
      .map { $0.trimmingCharacters(in: .whitespaces) }
    #expect(terminal.waits { $0.lines == whole })
    terminal.type("/un\t\r")
    #expect(terminal.waits { $0.lines == whole + ["taken back", "the quick"] })
    // What the model cannot read can be corrected.
    terminal.type("€\r")
    #expect(terminal.waits(for: "error: the character \"€\""))
    #expect(terminal.waits { $0.lines.last == "the quick€" })
    terminal.type("\u{7F}\u{03}\u{04}")
    #expect(terminal.waits(for: "the text is kept nowhere"))
    terminal.type("\u{04}")
    #expect(terminal.status() == 0)
  }

  @Test func historyComesBackInAnotherSession() throws {
    let first = try terminal(columns: 60)
    first.type("the quick\r/set seed 3\r")
    #expect(first.waits(for: "seed is 3"))
    first.type("/quit\r/quit\r")
    #expect(first.status() == 0)
    let second = try terminal(columns: 60)
    second.type("\u{1B}[A\u{1B}[A\u{1B}[A\u{1B}[A")
    #expect(second.waits { $0.lines.last == "the quick" })
    second.type("\u{0E}\u{12}the q")
    #expect(second.waits(for: "search: the q"))
    #expect(second.waits { $0.lines.first == "the quick" })
    second.type("\u{03}\u{03}\u{04}")
    #expect(second.status() == 0)
  }

  @Test func longPasteIsTakenAsItIs() throws {
    let terminal = try terminal(columns: 30, rows: 8)
    let text = String(repeating: "the quick brown fox\n", count: 10_000)
    terminal.type("\u{1B}[200~" + text.replacingOccurrences(of: "\n", with: "\r") + "\u{1B}[201~")
    #expect(
      terminal.waits { $0.row == 7 && $0.lines.filter { $0 == "the quick brown fox" }.count == 7 })
    terminal.type("\r")
    terminal.type("/save long.txt\r")
    #expect(terminal.waits(for: "in 'long.txt'"))
    let saved = try workplace.text(of: "long.txt")
    #expect(saved.hasPrefix(text) && saved.count == text.count + 5)
    terminal.type("\u{04}")
    #expect(terminal.status() == 0)
  }

  @Test func modelIsStoppedAndItsTextKept() throws {
    let terminal = try terminal(columns: 60, "--length", "1000000000")
    terminal.type("the ")
    #expect(terminal.waits { $0.lines == ["the"] })
    terminal.type("\r")
    #expect(terminal.waits { $0.lines.count > 3 })
    terminal.type("\u{03}/save kept.txt\r")
    #expect(terminal.waits(for: "in 'kept.txt'"))
    #expect(try workplace.text(of: "kept.txt").hasPrefix("the "))
    terminal.type("\u{04}")
    #expect(terminal.status() == 0)
  }

  @Test(arguments: [SIGTERM, SIGHUP], [false, true])
  func signalLeavesTheTerminalAsItWas(signal: Int32, isWriting: Bool) throws {
    let terminal = try terminal(columns: 60, "--length", "1000000000")
    terminal.type("the ")
    #expect(terminal.waits { $0.lines == ["the"] })
    if isWriting {
      terminal.type("\r")
      #expect(terminal.waits { $0.lines.count > 3 })
    }
    terminal.send(signal)
    #expect(terminal.status() == 128 + signal)
    #expect(terminal.modes == terminal.original)
  }

  @Test(arguments: [false, true])
  func suspendedSessionGoesOn(isWriting: Bool) throws {
    let script = """
      set -m
      '\(Workplace.executable)' write fox.safetensors --no-history --length 1000000000
      stty -a > stopped; echo away; read answer; fg > /dev/null; stty -a > after
      """
    let terminal = try #require(
      PseudoTerminal(
        columns: 60, in: workplace.path, ["/bin/sh", "-c", "stty -a > before\n" + script]))
    #expect(terminal.waitsForKeyboard())
    terminal.type("the ")
    #expect(terminal.waits { $0.lines == ["the"] })
    if isWriting {
      terminal.type("\r")
      #expect(terminal.waits { $0.lines.count > 3 })
    }
    terminal.type("\u{1A}")
    #expect(terminal.waits(for: "away"))
    #expect(try workplace.text(of: "stopped") == workplace.text(of: "before"))
    // The shell has it until then, and would be ended by Ctrl-C.
    terminal.type("\r")
    #expect(terminal.waitsForKeyboard())
    if isWriting {
      terminal.type("\u{03}")
      terminal.type("/save kept.txt\r")
      #expect(terminal.waits(for: "in 'kept.txt'"))
    } else {
      #expect(terminal.waits { $0.lines.last == "the" })
      terminal.type("\u{03}")
    }
    terminal.type("\u{04}")
    #expect(terminal.status() == 0)
    #expect(try workplace.text(of: "after") == workplace.text(of: "before"))
  }
}
