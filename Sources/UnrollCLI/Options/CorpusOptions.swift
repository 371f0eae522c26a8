import ArgumentParser
import Unroll
import UnrollRuns
import UnrollText

/// Which files of folders are read.
struct FolderOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "Of folders, read only files with such a name, for instance '*.swift'; can be given several times.",
      valueName: "pattern"))
  var include: [String] = []

  /// Finds the texts at some paths, and says which files were left out and why.
  func corpus(_ paths: [String], isQuiet: Bool) throws -> Corpus {
    let corpus = try Corpus(reading: paths, include: include)
    if !isQuiet { corpus.sentencesOfSkipped.forEach { Console.message("warning: \($0)") } }
    return corpus
  }
}

/// Which files are read, and what is done to their text: a model keeps that and does it to all texts.
struct CorpusOptions: ParsableArguments {
  @OptionGroup var folders: FolderOptions

  @Option(help: "Keep the ways in which lines end, or make each a line feed (default: keep).")
  var lineEnds: LineEndsChoice?

  @Option(
    help: "Keep a byte order mark at the beginning of a text, or remove it (default: keep).")
  var byteOrderMark: ByteOrderMarkChoice?

  /// Replaces what was typed.
  func apply(to settings: inout LanguageSettings) {
    // Patterns that are given now replace the earlier ones, as the value of any other option does.
    if !folders.include.isEmpty { settings.include = folders.include }
    take(lineEnds, into: &settings.lineEnds)
    take(byteOrderMark, into: &settings.byteOrderMark)
  }

  /// Finds the texts at some paths, and says which files were left out and why.
  func corpus(_ paths: [String], isQuiet: Bool) throws -> Corpus {
    try folders.corpus(paths, isQuiet: isQuiet)
  }
}
