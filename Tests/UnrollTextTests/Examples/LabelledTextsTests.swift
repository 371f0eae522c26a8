import Testing
import UnrollTestSupport
import UnrollText

/// Labelled texts in files of all layouts, and what is wrong with some.
struct LabelledTextsTests {
  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  private func read(
    _ text: String, as name: String, columns: LabelledTexts.Columns? = nil
  ) throws -> LabelledTexts {
    try LabelledTexts(reading: folder.write(Array(text.utf8), to: name), columns: columns)
  }

  private static let two = [["good", "a b"], ["bad", "c"]]

  struct File: Sendable, CustomStringConvertible {
    let name: String
    let text: String
    let expected: [[String]]
    var description: String { "\(name) \(text.debugDescription)" }

    init(_ name: String, _ text: String, _ expected: [[String]] = two) {
      (self.name, self.text, self.expected) = (name, text, expected)
    }
  }

  @Test(arguments: [
    File("a.tsv", "good\ta b\nbad\tc\n"), File("a.tsv", "good\ta b\nbad\tc"),
    File("a.tsv", "good\ta b\r\nbad\tc\r\n"), File("a.tsv", "good\ta b\rbad\tc\r"),
    File("a.tsv", "\u{FEFF}good\ta b\n\nbad\tc\n\n"), File("a", "good\ta b\nbad\tc\n"),
    File("a.TSV", "label\ttext\ngood\ta b\nbad\tc\n"),
    File("a.tsv", "id\ttext\tlabel\n1\ta b\tgood\n2\tc\tbad\n"),
    File("a.csv", "good,a b\nbad,c\n"), File("a.csv", "\"good\",\"a b\"\n\"bad\",\"c\""),
    File("a.csv", "g,\"x, \"\"y\"\"\"\n", [["g", "x, \"y\""]]),
    File("a.csv", "g,\"x\ny\"\nb,\"\r\n\"\n", [["g", "x\ny"], ["b", "\r\n"]]),
    File("a.csv", "g,a \"quoted\" word\n", [["g", "a \"quoted\" word"]]),
    File("a.tsv", "g\t\"a\tb\"\n", [["g", "a\tb"]]),
    File(
      "a.jsonl", "{\"label\": \"good\", \"text\": \"a b\"}\n\n{\"text\":\"c\",\"label\":\"bad\"}\n"),
    File(
      "a.json", "{\"label\":1,\"text\":\"x\"}\n{\"label\":true,\"text\":\"y\"}",
      [["1", "x"], ["true", "y"]]),
    File("a.tsv", "", []),
  ])
  func textsAndLabelsAreThoseOfTheFile(_ file: File) throws {
    let read = try read(file.text, as: file.name)
    #expect(read.texts.map { [$0.label, $0.text] } == file.expected)
  }

  @Test func columnsAreFoundByTheirNames() throws {
    let columns = LabelledTexts.Columns(label: "sentiment", text: "review")
    let read = try read(
      "review,stars,sentiment\nfine,4,good\n\"bad, bad\",1,bad\n", as: "a.csv", columns: columns)
    #expect(read.texts.map { [$0.label, $0.text] } == [["good", "fine"], ["bad", "bad, bad"]])
    #expect(read.texts.map(\.place).map { $0.prefix(7) } == ["line 2 ", "line 3 "])
  }

  @Test func folderHasAFileForEachLabel() throws {
    try folder.write(Array("anna\nbob\n".utf8), to: "names/First.txt")
    try folder.write(Array("Smith\r\n\r\nJones".utf8), to: "names/Last.txt")
    try folder.write(Array("where they come from\n".utf8), to: "names/SOURCE")
    let read = try LabelledTexts(reading: folder("names"))
    #expect(
      read.texts.map { [$0.label, $0.text] }
        == [["First", "anna"], ["First", "bob"], ["Last", "Smith"], ["Last", "Jones"]])
    #expect(read.emptyPlaces == ["line 2 of '\(folder("names/Last.txt"))'"])
    #expect(read.skipped.map(\.path) == [folder("names/SOURCE")])
    #expect(read.files.count == 2)
  }

  @Test func emptyTextsAreLeftOutAndTold() throws {
    let read = try read("good\ta\nbad\t\nbad\tb\n", as: "a.tsv")
    #expect(read.texts.map(\.text) == ["a", "b"])
    #expect(read.emptyPlaces == ["line 2 of '\(folder("a.tsv"))'"])
  }

  @Test(arguments: [
    ("a.tsv", "good\ta\nbad\n", "line 2 of 'a.tsv' has one column, and 2 are needed"),
    ("a.tsv", "good\ta\tb\n", "line 1 of 'a.tsv' has 3 columns"),
    ("a.csv", "a,b\nc,\"d\ne\"\nf\n", "line 4 of 'a.csv' has one column"),
    ("a.csv", "id,text,label\n1,x\n", "line 2 of 'a.csv' has 2 columns, and 3 are needed"),
    ("a.csv", "a,b\nc,\"d\ne\n", "line 2 of 'a.csv': the quotation mark"),
    ("a.csv", "a,\"b\"c\n", "line 1 of 'a.csv': text follows the quotation mark"),
    ("a.tsv", "\tx\n", "line 1 of 'a.tsv' has no label"),
    (
      "a.jsonl", "{\"label\":\"a\",\"text\":\"b\"}\n{\"label\":\"a\"}\n",
      "line 2 of 'a.jsonl' is no object"
    ),
    ("a.jsonl", "{\"label\":\"a\",\"text\":1}\n", "line 1 of 'a.jsonl' is no object"),
    ("a.jsonl", "[1]\n", "line 1 of 'a.jsonl' is no object"),
    ("a.jsonl", "label: a\n", "line 1 of 'a.jsonl' is no object"),
    ("a.tsv", "a\tb\0\n", "is not UTF-8 text, with the byte 0x00"),
  ])
  func whatDoesNotFitIsNamedWithItsLine(_ name: String, _ text: String, _ sentence: String) throws {
    let error = #expect(throws: TextError.self) { try read(text, as: name) }
    let message = error.map { $0.message.replacing(folder(""), with: "") } ?? ""
    #expect(message.contains(sentence), "\(message)")
  }

  @Test func missingColumnsAreNamedWithThoseThatThereAre() throws {
    let error = #expect(throws: TextError.self) {
      try read("a,b,c\n1,2,3\n", as: "a.csv", columns: LabelledTexts.Columns(label: "x", text: "b"))
    }
    #expect(
      error?.message.contains("has no columns \"x\" and \"b\" but \"a\", \"b\", \"c\"") == true)
  }
}
