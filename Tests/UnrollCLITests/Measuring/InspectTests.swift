import Foundation
import Testing

@Suite struct InspectTests {
  private let workplace: Workplace

  init() throws { workplace = try Workplace.withModel() }

  private func json(_ arguments: String...) throws -> [String: Any] {
    let outcome = try workplace.unroll(["inspect", "fox.safetensors", "--json"] + arguments)
    #expect(outcome.status == 0 && outcome.errors == "", "\(outcome.errors)")
    return try #require(
      try JSONSerialization.jsonObject(with: Data(outcome.output.utf8)) as? [String: Any])
  }

  /// What a terminal gets of some columns.
  private func terminal(
    _ arguments: [String], columns: UInt16, environment: [String: String] = ["TERM": "xterm"]
  ) throws -> String {
    let terminal = try #require(Terminal(columns: columns))
    let process = Process()
    process.executableURL = URL(fileURLWithPath: Workplace.executable)
    process.arguments = ["inspect"] + arguments
    process.currentDirectoryURL = URL(fileURLWithPath: workplace.path)
    process.environment = environment
    process.standardInput = FileHandle.nullDevice
    process.standardOutput = terminal.handle
    process.standardError = FileHandle.nullDevice
    try process.run()
    return terminal.text(of: process)
  }

  /// Without colours, which are all that may control a terminal.
  private func bare(_ text: String) -> String {
    text.replacing(#/\u{1B}\[(48;5;[0-9]+;38;5;[0-9]+|0)m/#, with: "")
  }

  // MARK: A text

  @Test func everythingIsInTheObject() throws {
    let found = try json("fox.txt", "--limit", "300", "--shifts", "50", "--lags", "12")
    let tokens = try #require(found["tokens"] as? [[String: Any]])
    #expect(tokens.count == 300 && found["isWhole"] as? Bool == false)
    #expect(tokens[0]["spelling"] as? String == "t" && tokens[0]["bits"] is NSNull)
    #expect(tokens.allSatisfy { ($0["next"] as? [Any])?.count == 5 })
    #expect(tokens.allSatisfy { abs($0["value"] as? Double ?? 2) <= 1 })
    // Bits are those of the scores.
    let scores = try workplace.unroll(
      "score", "fox.safetensors", "fox.txt", "--per", "token", "--json")
    let lines = try scores.output.split(separator: "\n").prefix(300).map {
      try JSONSerialization.jsonObject(with: Data($0.utf8)) as? [String: Any] ?? [:]
    }
    for place in 1..<300 {
      let (own, other) = (tokens[place]["bits"] as? Double, lines[place]["bits"] as? Double)
      #expect(abs((own ?? 0) - (other ?? 9)) < 1e-3)
    }
    let saturation = try #require(found["saturation"] as? [[String: Any]])
    #expect(saturation.map { $0["gate"] as? String } == ["input", "forget", "output"])
    #expect(saturation.allSatisfy { $0["layer"] as? Int == 1 })
    let properties = try #require(found["properties"] as? [[String: Any]])
    #expect(properties.count == 8)
    let position = properties.first { $0["property"] as? String == "positionInLine" }
    let best = (position?["units"] as? [[String: Any]])?.first
    #expect(abs((best?["p"] as? Double ?? 1) - 1.0 / 51) < 1e-12)
    #expect(properties.first { $0["property"] as? String == "digit" }?["shifts"] is NSNull)
    #expect(((found["gradientByLag"] as? [String: Any])?["norms"] as? [Double])?.count == 12)
    #expect((found["contexts"] as? [Any])?.isEmpty == false)
    let whole = try json("fox.txt", "--shifts", "5")
    #expect((whole["tokens"] as? [Any])?.count == 1350 && whole["isWhole"] as? Bool == true)
  }

  @Test func sameArgumentsGiveTheSameBytes() throws {
    let arguments = ["inspect", "fox.safetensors", "fox.txt", "--json", "--limit", "400"]
    let first = try workplace.unroll(arguments + ["--threads", "1"])
    #expect(try workplace.unroll(arguments + ["--threads", "3"]).output == first.output)
    #expect(try workplace.unroll(arguments + ["--seed", "1"]).output != first.output)
  }

  @Test func unitCanBeChosen() throws {
    let found = try json("fox.txt", "--unit", "1:3", "--state", "hidden", "--limit", "100")
    #expect(found["unit"] as? [String: Int] == ["layer": 1, "index": 3])
    #expect(found["state"] as? String == "hidden")
    // The numbers of a unit are those of a vector of `embed`.
    let vectors = try workplace.unroll(
      "embed", "fox.safetensors", "fox.txt", "--per", "token")
    let first = try #require(vectors.output.split(separator: "\n").first)
    let object = try JSONSerialization.jsonObject(with: Data(first.utf8)) as? [String: Any]
    let vector = try #require(object?["vector"] as? [Double])
    let value = (found["tokens"] as? [[String: Any]])?.first?["value"] as? Double
    #expect(abs(vector[2] - (value ?? 9)) < 1e-6)
    let outcome = try workplace.unroll("inspect", "fox.safetensors", "fox.txt", "--unit", "1:3")
    #expect(outcome.output.contains("by unit 1:3, which was asked for"))
  }

  @Test func pipesGiveAndTakeText() throws {
    let outcome = try workplace.shell(
      "head -n 5 fox.txt | $unroll inspect fox.safetensors - | head -n 1")
    #expect(outcome.status == 0 && outcome.errors == "", "\(outcome.errors)")
    #expect(outcome.output.hasPrefix("fox.safetensors, 1 layer of 8 units (lstm), over all 225"))
    let plain = try workplace.unroll("inspect", "fox.safetensors", "fox.txt")
    #expect(!plain.output.contains("\u{1B}") && plain.output.contains("\nunit  "))
    #expect((plain.output.split(separator: "\n").map(\.count).max() ?? 0) <= 80)
  }

  @Test(arguments: [16, 20, 40, 80, 200] as [UInt16])
  func linesFitTheTerminal(columns: UInt16) throws {
    let text = try terminal(["fox.safetensors", "fox.txt"], columns: columns)
    let bare = bare(text)
    #expect(text != bare && !bare.contains("\u{1B}") && !bare.contains("\nunit  "))
    for line in bare.split(separator: "\n") { #expect(line.count <= Int(columns), "\(line)") }
  }

  @Test(arguments: [["TERM": "dumb"], ["TERM": "xterm", "NO_COLOR": "1"], [:]])
  func coloursAreLeftOutWhereNobodyWantsThem(environment: [String: String]) throws {
    let text = try terminal(["fox.safetensors", "fox.txt"], columns: 80, environment: environment)
    #expect(!text.contains("\u{1B}") && text.contains("\nunit  "))
  }

  @Test func whatLiesBehindTheLimitIsNotRead() throws {
    try workplace.write(String(repeating: fox, count: 200) + "€\n", to: "long.txt")
    #expect(try (json("long.txt", "--limit", "200")["tokens"] as? [Any])?.count == 200)
    #expect(try workplace.unroll("evaluate", "fox.safetensors", "long.txt").status == 65)
  }

  @Test func documentsBeginAnew() throws {
    let trained = try workplace.unroll(
      ["train", "fox.txt", "--output", "lines", "--documents", "lines", "--quiet"] + small)
    #expect(trained.status == 0, "\(trained.errors)")
    let outcome = try workplace.unroll("inspect", "lines", "fox.txt", "--json", "--limit", "100")
    let found = try JSONSerialization.jsonObject(with: Data(outcome.output.utf8)) as? [String: Any]
    let tokens = try #require(found?["tokens"] as? [[String: Any]])
    #expect(tokens.count { $0["bits"] is NSNull } == 3)
  }

  // MARK: A text with anything in it

  private static let hostile =
    "<img src=x onerror=alert(1)> </script> \u{1B}[31m \u{9B}1m &amp; \u{202E}abc\u{202C} \"'\r\n\u{7}"

  private func makeHostileModel() throws {
    try workplace.write(String(repeating: Self.hostile, count: 40), to: "hostile.txt")
    let trained = try workplace.unroll(
      ["train", "hostile.txt", "--output", "hostile", "--quiet"] + small)
    #expect(trained.status == 0, "\(trained.errors)")
  }

  @Test(arguments: [["hostile.txt"], ["--unroll", "<img src=x onerror=alert(1)>"]])
  func pageHasTextAsTextOnly(arguments: [String]) throws {
    try makeHostileModel()
    let outcome = try workplace.unroll(
      ["inspect", "hostile"] + arguments + ["--html", "page.html"])
    #expect(outcome.status == 0 && outcome.errors == "wrote page.html\n", "\(outcome.errors)")
    let page = try workplace.text(of: "page.html")
    #expect(!page.contains("<img") && page.contains("&lt;"))
    #expect(page.firstMatch(of: #/<[^>]*\son[a-z]+=/#) == nil && !page.contains("style=\""))
    #expect(!page.contains("innerHTML") && !page.contains("http://") && !page.contains("https://"))
    #expect(page.contains("default-src 'none'"))
    let controls = page.unicodeScalars.filter {
      $0.properties.generalCategory == .control && $0 != "\n" && $0 != "\t"
    }
    #expect(controls.isEmpty && !page.unicodeScalars.contains("\u{202E}"))
    // An end for each beginning: no text of the corpus has made another.
    func count(_ text: String) -> Int { page.components(separatedBy: text).count }
    #expect(count("</script>") == count("<script"))
  }

  @Test(arguments: [["hostile.txt"], ["--unroll", "\u{1B}[31m\u{9B}1m"]])
  func terminalGetsNoControlOfTheText(arguments: [String]) throws {
    try makeHostileModel()
    let text = bare(try terminal(["hostile"] + arguments, columns: 80))
    let controls = text.unicodeScalars.filter {
      $0 != "\n" && [.control, .format].contains($0.properties.generalCategory)
    }
    #expect(controls.isEmpty, "\(controls)")
    let outcome = try workplace.unroll("inspect", "hostile", "hostile.txt", "--json")
    let found = try JSONSerialization.jsonObject(with: Data(outcome.output.utf8)) as? [String: Any]
    let tokens = found?["tokens"] as? [[String: Any]]
    #expect(tokens?.contains { $0["spelling"] as? String == "\u{1B}" } == true)
  }

  /// Text has a contrast of 4.5 on each step of the scales, in light and dark (WCAG 2.2, 1.4.3).
  @Test func stepsOfTheScalesCanBeReadOn() throws {
    _ = try workplace.unroll("inspect", "fox.safetensors", "fox.txt", "--html", "page.html")
    let page = try workplace.text(of: "page.html")
    func luminance(_ hex: Substring) -> Double {
      let number = Int(hex, radix: 16) ?? 0
      let parts = [number >> 16, number >> 8 & 255, number & 255].map { part -> Double in
        let share = Double(part) / 255
        return share <= 0.04045 ? share / 12.92 : pow((share + 0.055) / 1.055, 2.4)
      }
      return 0.2126 * parts[0] + 0.7152 * parts[1] + 0.0722 * parts[2]
    }
    let themes = page.matches(of: #/--ink:#([0-9a-f]{6});/#).map { luminance($0.1) }
    let steps = page.matches(of: #/--[npb]\d+:#([0-9a-f]{6})/#).map { luminance($0.1) }
    #expect(themes.count == 2 && steps.count == 2 * 29)
    for (number, step) in steps.enumerated() {
      let ink = themes[number / 29]
      #expect((max(ink, step) + 0.05) / (min(ink, step) + 0.05) >= 4.5, "step \(number)")
    }
  }

  // MARK: A text that is drawn

  @Test(arguments: [12, 20, 40, 80] as [UInt16])
  func drawingFitsTheTerminal(columns: UInt16) throws {
    let text = try bare(
      terminal(["fox.safetensors", "--unroll", "the quick"], columns: columns))
    for line in text.split(separator: "\n") { #expect(line.count <= Int(columns), "\(line)") }
    // All steps are there, beside or below each other.
    let inputs = text.split(separator: "\n").filter {
      columns >= 30 ? $0.hasPrefix("input") : $0.allSatisfy { " thequick␣".contains($0) }
    }
    let read = inputs.map { $0.replacing("input", with: "") }.joined().filter { $0 != " " }
    #expect(read == "the␣quick", "\(inputs)")
  }

  @Test func drawingHasAllNumbers() throws {
    let drawn = try json("--unroll", "the")
    let states = try #require(drawn["states"] as? [[[Double]]])
    #expect(states.map { $0.map(\.count) } == [[8], [8], [8]])
    #expect((drawn["tokens"] as? [Any])?.count == 3 && drawn["state"] as? String == "hidden")
    let outcome = try workplace.unroll("inspect", "fox.safetensors", "--unroll", "the")
    let lines = Array(outcome.output.split(separator: "\n").drop { !$0.hasPrefix("output") })
    #expect(lines.count == 5 && lines[0].contains(" %"))
    #expect(lines[2].hasPrefix("layer 1") && lines[2].contains(" → "))
    #expect(lines[4].hasPrefix("input"))
  }

  // MARK: Misuse

  @Test(arguments: [
    ([], 64, "There is nothing to inspect"),
    (["fox.txt", "--unroll", "a"], 64, "give it without 'fox.txt'"),
    (["--unroll", "a", "--unit", "1:1"], 64, "give it without --unit"),
    (["--unroll", ""], 64, "give some text"),
    (["--unroll", String(repeating: "a", count: 65)], 64, "1 to 64 tokens, and this text has 65"),
    (["--unroll", "Ä"], 65, "\"Ä\" (U+00C4) at line 1, column 1 of the text"),
    (["fox.txt", "--limit", "1"], 64, "--limit is 2 to 1000000, not 1"),
    (["fox.txt", "--show", "-1"], 64, "--show is 0 or more, not -1"),
    (["fox.txt", "--contexts", "101"], 64, "--contexts is 0 to 100, not 101"),
    (["fox.txt", "--shifts", "0"], 64, "--shifts is 1 to 100000, not 0"),
    (["fox.txt", "--lags", "0"], 64, "--lags is 1 to 10000, not 0"),
    (["fox.txt", "--unit", "3"], 64, "'3'"),
    (["fox.txt", "--unit", "1:9"], 64, "layers are 1 to 1, units 1 to 8"),
    (["fox.txt", "--unit", "0:1"], 64, "layers are 1 to 1, units 1 to 8"),
    (["fox.txt", "--html", "./fox.safetensors"], 64, "--html would replace the model"),
    (["fox.txt", "--html", "fox.txt"], 64, "--html would replace the text"),
    (["fox.txt", "--html", "no/page.html"], 73, "no/page.html"),
    (["nothing.txt"], 66, "'nothing.txt'"),
    (["empty.txt"], 66, "'empty.txt' is empty"),
    (["one.txt"], 65, "'one.txt'"),
    (["folder"], 64, "'folder' has 2 texts"),
    (["fox.safetensors"], 65, "'fox.safetensors'"),
  ])
  func badInputIsNamed(arguments: [String], status: Int32, text: String) throws {
    try workplace.write("", to: "empty.txt")
    try workplace.write("a", to: "one.txt")
    try workplace.makeFolder("folder")
    for name in ["a.txt", "b.txt"] { try workplace.write(fox, to: "folder/\(name)") }
    let outcome = try workplace.unroll(["inspect", "fox.safetensors"] + arguments)
    #expect(outcome.status == status && outcome.errors.contains(text), "\(outcome.errors)")
    #expect(outcome.output == "")
  }

  @Test func plainNetworkHasNoCellStates() throws {
    let trained = try workplace.unroll(
      ["train", "fox.txt", "--output", "plain", "--cell", "rnn", "--quiet"] + small)
    #expect(trained.status == 0)
    let outcome = try workplace.unroll("inspect", "plain", "fox.txt", "--state", "cell")
    #expect(outcome.status == 64 && outcome.errors.contains("Only an LSTM has cell states"))
    let shown = try workplace.unroll("inspect", "plain", "fox.txt")
    #expect(shown.status == 0 && shown.output.contains("below -0.9"))
  }
}
