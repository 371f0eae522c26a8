import Foundation
import Testing

@Suite struct CorpusCommandTests {
  private let workplace: Workplace

  init() throws {
    workplace = try Workplace()
    try workplace.makeFolder("texts/deep")
    try workplace.write(fox, to: "texts/fox.txt")
    try workplace.write("let answer = 42\n", to: "texts/deep/code.swift")
    try workplace.write([0x89, 0x50, 0x4E, 0x47, 0, 0], to: "texts/picture.png")
  }

  private func description(_ arguments: String...) throws -> [String: Any] {
    let outcome = try workplace.unroll(["corpus", "--json"] + arguments)
    #expect(outcome.status == 0 && outcome.errors == "")
    return try #require(
      try JSONSerialization.jsonObject(with: Data(outcome.output.utf8)) as? [String: Any])
  }

  @Test func keysAreStable() throws {
    let description = try description("texts/fox.txt")
    #expect(
      description.keys.sorted() == [
        "bigramBitsPerCharacter", "byteOrderMarks", "bytes", "characters", "controlCharacters",
        "counts", "documents", "files", "kind", "lines", "skippedBytes", "suspicious", "tokenizers",
        "tokens", "unigramBitsPerCharacter", "unpredictedBytes",
      ])
    #expect(description["bytes"] as? Int == 1350 && description["files"] as? Int == 1)
    let counts = try #require(description["counts"] as? [[String: Any]])
    #expect(counts.count == 29)
    #expect(counts.first { $0["token"] as? String == "z" }?["count"] as? Int == 30)
    let tokenizers = try #require(description["tokenizers"] as? [[String: Any]])
    #expect(
      tokenizers.compactMap { $0["kind"] as? String } == [
        "characters", "scalars", "bytes", "words", "bpe",
      ])
  }

  @Test(arguments: [
    ([], 2), (["--include", "*.swift"], 1), (["--include", "*.swift", "--include", "*.txt"], 2),
    (["--include", "deep/*"], 1),
  ])
  func foldersAreReadByPattern(patterns: [String], files: Int) throws {
    let outcome = try workplace.unroll(["corpus", "texts", "--json"] + patterns)
    #expect(outcome.output.hasPrefix("{\"files\":\(files),"))
  }

  @Test func whatIsNoTextIsLeftOutWithAWarning() throws {
    let outcome = try workplace.unroll("corpus", "texts")
    let reason =
      "'texts/picture.png' is not UTF-8 text, with the byte 0x89 at offset 0: it looks like a picture; "
      + "give the text that is in it\n"
    #expect(outcome.errors == "warning: left out: " + reason)
    let wanted = try workplace.unroll("corpus", "texts", "--include", "*.png")
    #expect(wanted.status == 65 && wanted.errors == "error: " + reason)
    let none = try workplace.unroll("corpus", "texts", "--include", "*.md")
    #expect(none.status == 66 && none.errors.contains("'*.md'"))
  }

  @Test(arguments: [
    (
      "a\nb\r\nc\rd\n",
      "lines end in several ways: 2 with line feed, 1 with carriage return and line feed, 1 with carriage return"
    ),
    ("a\r\nb\r\n", "lines end with carriage returns"),
    ("\u{FEFF}text", "1 file with a byte order mark"),
    ("a\u{1}b\u{7}", "control characters: U+0001 1, U+0007 1"),
    ("same\nsame\nother\n", "1 of 3 lines are there before"),
  ])
  func suspiciousThingsAreNamed(text: String, sentence: String) throws {
    try workplace.write(text, to: "strange.txt")
    let suspicious = try #require(try description("strange.txt")["suspicious"] as? [String])
    #expect(suspicious.contains { $0.hasPrefix(sentence) })
  }

  @Test func settingsOfTokensApply() throws {
    try workplace.write("ﬁne FINE ﬁne\n", to: "case.txt")
    let plain = try #require(try description("case.txt")["counts"] as? [Any])
    let same = try #require(
      try description("case.txt", "--lowercase", "--normalize", "nfkc")["counts"] as? [Any])
    #expect(plain.count == 9 && same.count == 6)
    let lines = try description("case.txt", "--documents", "lines")
    #expect((lines["documents"] as? [String: Any])?["longest"] as? Int == 13)
  }

  @Test func sizeOfAVocabularyIsThatOfItsOwnKind() throws {
    let words = try description(
      "texts/fox.txt", "--tokens", "words", "--vocabulary-size", "5", "--unknown", "token")
    #expect((words["counts"] as? [Any])?.count == 5)
  }

  @Test func linesFitTheTerminal() throws {
    let terminal = try #require(Terminal(columns: 40))
    let process = Process()
    process.executableURL = URL(fileURLWithPath: Workplace.executable)
    process.arguments = ["corpus", "texts/fox.txt"]
    process.currentDirectoryURL = URL(fileURLWithPath: workplace.path)
    process.standardOutput = terminal.handle
    try process.run()
    for line in terminal.text(of: process).split(separator: "\n") {
      #expect(line.count <= 40, "\(line)")
    }
  }
}
