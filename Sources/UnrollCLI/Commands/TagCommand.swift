import ArgumentParser
import Unroll
import UnrollFormats
import UnrollModels
import UnrollText

#if canImport(Darwin)
import Darwin
#elseif canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

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

  /// So many sentences are read side by side.
  private static let groupSize = 2048

  func run() throws {
    try threads.run {
      let tagger: Tagger = try ModelFile(contentsOf: model).model()
      guard file != "-" || isatty(STDIN_FILENO) == 0 else {
        while let line = readLine() { try write([line], by: tagger) }
        return
      }
      let bytes = Array(try TextFile(reading: file).text().utf8)
      let lines = LineSegmentation.lines(in: bytes)
      for first in stride(from: 0, to: lines.count, by: Self.groupSize) {
        let group = lines[first..<min(first + Self.groupSize, lines.count)]
        try write(group.map { String(decoding: bytes[$0], as: UTF8.self) }, by: tagger)
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
