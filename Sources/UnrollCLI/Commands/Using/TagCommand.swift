import ArgumentParser
import Unroll
import UnrollFormats
import UnrollModels

/// `unroll tag`.
struct TagCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "tag", abstract: "Tag the words of sentences.",
    discussion: """
      Each line is a sentence, with spaces between its words. A line is written for each word: the word, a tab and its tag; and an \
      empty line behind each sentence. Keys of --json: words, tags.
      """)

  @Argument(help: "A model that `unroll train-tagger` wrote.")
  var model: String

  @Argument(help: "A file with a sentence on each line; - for standard input.")
  var file = "-"

  @Flag(help: "Print an object of JSON for each sentence.")
  var json = false

  @OptionGroup var threads: ThreadOptions

  func run() throws {
    try threads.run {
      let tagger: Tagger = try ModelFile(contentsOf: model).model()
      try InputLines(path: file, groupSize: 2048).forEachGroup { lines, _, _ in
        try write(lines, by: tagger)
      }
    }
  }

  private func write(_ lines: [String], by tagger: Tagger) throws {
    let sentences = lines.map { $0.split(whereSeparator: \.isWhitespace).map(String.init) }
    var output = ""
    for (words, tags) in zip(sentences, try tagger.tag(sentences)) {
      if json {
        let object: JSON = [
          "words": .array(words.map { .string($0) }), "tags": .array(tags.map { .string($0) }),
        ]
        output += object.text() + "\n"
      } else {
        output += zip(words, tags).map { "\($0)\t\($1)\n" }.joined() + "\n"
      }
    }
    try Console.data(output)
  }
}
