import ArgumentParser
import Unroll
import UnrollText

/// What of the files of a corpus is read, and how.
struct CorpusOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "Of folders, read only files with such a name, for instance '*.swift'; can be given several times.",
      valueName: "pattern"))
  var include: [String] = []

  @Option(help: "Keep the ways in which lines end, or make each a line feed.")
  var lineEnds = LineEndsChoice.keep

  @Option(help: "Keep a byte order mark at the beginning of a text, or remove it.")
  var byteOrderMark = ByteOrderMarkChoice.keep

  var options: Corpus.Options {
    Corpus.Options(
      include: include, lineEnds: lineEnds == .lf ? .lineFeed : .kept,
      removesByteOrderMark: byteOrderMark == .remove)
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

/// `--line-ends`.
enum LineEndsChoice: String, CaseIterable, ExpressibleByArgument {
  case keep, lf
}

/// `--byte-order-mark`.
enum ByteOrderMarkChoice: String, CaseIterable, ExpressibleByArgument {
  case keep, remove
}

/// `--documents`.
enum DocumentsChoice: String, CaseIterable, ExpressibleByArgument {
  case stream, lines, files

  /// `nil` for one stream.
  var unit: DocumentUnit? {
    switch self {
    case .stream: nil
    case .lines: .lines
    case .files: .files
    }
  }
}
