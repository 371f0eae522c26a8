import ArgumentParser
import Unroll
import UnrollModels
import UnrollRuns

/// Which columns have the texts of a pair.
struct PairOptions: ParsableArguments {
  @Option(help: "The column of the text that is read, from 1 (default: 1).")
  var sourceColumn: Int?

  @Option(help: "The column of the text that is written (default: 2).")
  var targetColumn: Int?

  /// Replaces what was typed.
  func apply(to settings: inout TranslationSettings) {
    take(sourceColumn, into: &settings.sourceColumn)
    take(targetColumn, into: &settings.targetColumn)
  }

  func validate() throws {
    try refusingUsage {
      var settings = TranslationSettings(data: "-")
      apply(to: &settings)
      try settings.validate()
    }
  }

  /// Reads pairs, and says what is left out.
  func pairs(_ path: String, isQuiet: Bool) throws -> [TextPair] {
    var settings = TranslationSettings(data: path)
    apply(to: &settings)
    let read = try TextPairs(reading: path, columns: settings.columns)
    if !isQuiet, let sentence = read.sentenceOfLeftOut { Console.message("warning: \(sentence)") }
    return read.pairs
  }
}

/// How a translator looks for what it writes.
struct TranslationSearchOptions: ParsableArguments {
  @Option(
    help:
      "Keep so many beginnings at each step, and write the likeliest text at last; with 1, always take the likeliest token (default: 4)."
  )
  var beam: Int?

  @Option(
    help:
      "Divide log-probabilities by this power of the number of tokens: 0 favours short texts, above 1 long ones (default: 1)."
  )
  var lengthPenalty: Double?

  @Option(
    help: "Write so many tokens at most (default: twice the longest text that was learned from).")
  var maxLength: Int?

  @Flag(
    help:
      "Put the part of the text that is looked at most in the place of an unknown token; needs attention."
  )
  var copyUnknown = false

  var options: TranslationOptions {
    var options = TranslationOptions()
    take(beam, into: &options.beamWidth)
    take(lengthPenalty, into: &options.lengthPenalty)
    take(maxLength, into: &options.lengthLimit)
    options.copiesUnknown = copyUnknown
    return options
  }
}
