import Testing
import UnrollTestSupport
import UnrollText

/// Sentences with tags in files of columns, and what is wrong with some.
struct TaggedSentencesTests {
  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  private func read(
    _ text: String, as name: String = "a.tsv", columns: TaggedSentences.Columns? = nil
  ) throws -> [TaggedSentence] {
    try TaggedSentences(
      reading: folder.write(Array(text.utf8), to: name), columns: columns
    ).sentences
  }

  @Test(arguments: [
    "the\tD\ndog\tN\n\nbarks\tV\n", "the\tD\r\ndog\tN\r\n\r\nbarks\tV",
    "\n\nthe D\ndog N\n\n\nbarks V\n",
    "\u{FEFF}the\tx\tD\ndog\ty\tN\n \nbarks\tz\tV\n",
  ])
  func wordsAndTagsAreThoseOfTheFile(_ text: String) throws {
    let sentences = try read(text)
    #expect(sentences.map(\.words) == [["the", "dog"], ["barks"]])
    #expect(sentences.map(\.tags) == [["D", "N"], ["V"]])
  }

  @Test func conlluHasItsColumnsCommentsAndNumbers() throws {
    let text = """
      # text = don't
      1-2\tdon't\t_\t_\t_
      1\tdo\tdo\tAUX\tX
      2\tn't\tnot\tPART\tY
      2.1\tx\tx\tNOUN\tZ

      """
    let sentences = try read(text, as: "a.conllu")
    #expect(sentences.map(\.words) == [["do", "n't"]] && sentences[0].tags == ["AUX", "PART"])
    let others = try read(
      text, as: "a.conllu", columns: TaggedSentences.Columns(word: 3, tag: 5))
    #expect(others.map(\.words) == [["do", "not"]] && others[0].tags == ["X", "Y"])
  }

  @Test(arguments: [
    ("the\tD\ndog\n", "line 2 of 'a.tsv' has one column, and those before it have 2"),
    ("the\tD\n\ndog\tN\tx\n", "line 3 of 'a.tsv' has 3 columns, and those before it have 2"),
    ("the\n", "line 1 of 'a.tsv' has one column, and a word and its tag are needed"),
    ("the\tD\n\tN\n", "line 2 of 'a.tsv' has no word"), ("the\t\n", "line 1 of 'a.tsv' has no tag"),
    ("the\tD\0\n", "0x00"),
  ])
  func whatDoesNotFitIsNamedWithItsLine(_ text: String, _ sentence: String) throws {
    let error = #expect(throws: TextError.self) { try read(text) }
    let message = error.map { $0.message.replacing(folder(""), with: "") } ?? ""
    #expect(message.contains(sentence), "\(message)")
  }
}
