import ArgumentParser
import Unroll
import UnrollModels
import UnrollRuns
import UnrollText

/// How labelled texts are laid out.
struct LabelledDataOptions: ParsableArguments {
  @Option(
    help:
      "How labels and texts are laid out: a table with tabs or commas, an object of JSON a line, or a folder with a file for each label (default: by the name)."
  )
  var layout: LabelledTexts.Layout?

  @Option(
    help: ArgumentHelp(
      "The name of the column with the label, in the header of the table or in the objects (default: label).",
      valueName: "name"))
  var labelColumn: String?

  @Option(
    help: ArgumentHelp(
      "The name of the column with the text (default: text).", valueName: "name"))
  var textColumn: String?

  /// Replaces what was typed.
  func apply(to settings: inout ClassificationSettings) {
    take(layout, into: &settings.layout)
    take(labelColumn, into: &settings.labelColumn)
    take(textColumn, into: &settings.textColumn)
  }

  /// Reads labelled texts, and says what is left out.
  func texts(_ path: String, isQuiet: Bool) throws -> LabelledTexts {
    var settings = ClassificationSettings(data: path)
    apply(to: &settings)
    let texts = try LabelledTexts(
      reading: path, layout: settings.layout, columns: settings.columns)
    if !isQuiet { texts.sentencesOfLeftOut.forEach { Console.message("warning: \($0)") } }
    return texts
  }
}
