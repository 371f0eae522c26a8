import ArgumentParser
import Unroll
import UnrollRuns
import UnrollText

/// What of the files of a corpus is read, and how.
struct CorpusOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "Of folders, read only files with such a name, for instance '*.swift'; can be given several times.",
      valueName: "pattern"))
  var include: [String] = []

  @Option(help: "Keep the ways in which lines end, or make each a line feed (default: keep).")
  var lineEnds: LineEndsChoice?

  @Option(
    help: "Keep a byte order mark at the beginning of a text, or remove it (default: keep).")
  var byteOrderMark: ByteOrderMarkChoice?

  /// Replaces what was typed.
  func apply(to settings: inout LanguageSettings) {
    // Patterns that are given now replace the earlier ones, as the value of any other option does.
    if !include.isEmpty { settings.include = include }
    take(lineEnds, into: &settings.lineEnds)
    take(byteOrderMark, into: &settings.byteOrderMark)
  }

  var options: Corpus.Options {
    var settings = LanguageSettings()
    apply(to: &settings)
    return settings.readingOptions
  }

  /// Finds the texts at some paths, and says which files were left out.
  func corpus(_ paths: [String], isQuiet: Bool) throws -> Corpus {
    let corpus = try Corpus(reading: paths, options: options)
    guard !isQuiet, let first = corpus.skipped.first else { return corpus }
    let others = corpus.skipped.count - 1
    Console.message(
      "warning: left out '\(first)'"
        + (others > 0 ? " and \(countText(others, "other file")) that are" : ", which is")
        + " no UTF-8 text")
    return corpus
  }
}
