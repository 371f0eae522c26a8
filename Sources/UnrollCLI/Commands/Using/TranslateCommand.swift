import ArgumentParser
import Unroll
import UnrollFormats
import UnrollModels
import UnrollRuns

/// `unroll translate`.
struct TranslateCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "translate",
    abstract: "Write the counterparts of texts: translations, answers, other spellings.",
    discussion: """
      Each line is a text, and a line is written for each. A text in which there is nothing that the model knows has an empty line.

      Keys of --json: source; translation, or null; logProbability, of its tokens and its end, in nats; complete, whether it came to \
      its end before the limit of its length; sourcePieces and pieces, the texts as tokens; weights, for each piece how much it looked \
      at each piece of the source.
      """)

  @Argument(help: "A model that `unroll train-translator` wrote.")
  var model: String

  @Argument(help: "A file with a text on each line; - for standard input.")
  var file = "-"

  @Option(
    help: ArgumentHelp("Translate this text; can be given several times.", valueName: "text"))
  var text: [String] = []

  @OptionGroup(title: "Search") var search: TranslationSearchOptions

  @Option(
    help: ArgumentHelp(
      "Draw into this .svg file where the model looked for each piece that it wrote; needs a single --text.",
      valueName: "file"))
  var attentionSvg: String?

  @Flag(help: "Print an object of JSON for each text.")
  var json = false

  @OptionGroup var threads: ThreadOptions

  func validate() throws {
    try require(
      text.isEmpty || file == "-", "--text and the file '\(file)' are two inputs: give one of them")
    try require(
      attentionSvg == nil || text.count == 1, "--attention-svg draws one text: give it with --text")
  }

  func run() throws {
    try threads.run {
      let translator: Translator = try ModelFile(contentsOf: model).model()
      try search.options.validate(for: translator)
      if attentionSvg != nil {
        try require(
          translator.attention != nil,
          "'\(model)' has no attention of which a picture could be drawn")
      }
      try InputLines(texts: text, path: file, groupSize: 512).forEachGroup { lines, source, first in
        try write(lines, from: source, first: first, by: translator)
      }
    }
  }

  private func write(
    _ texts: [String], from source: String, first: Int, by translator: Translator
  ) throws {
    let translations = try translator.translate(texts, search.options) {
      "line \(first + $0) of \(source)"
    }
    var output = ""
    for (index, (text, translation)) in zip(texts, translations).enumerated() {
      let place = "line \(first + index) of \(source)"
      if translation == nil, !text.isEmpty {
        Console.message("note: \(place) has nothing that the model knows, and no translation")
      }
      if translation?.isComplete == false {
        Console.message(
          "note: the translation of \(place) is cut off at its limit; --max-length sets another")
      }
      // What is written stays on its line.
      let written = (translation?.text ?? "").replacing("\r\n", with: " ").replacing(
        "\n", with: " ")
      output += json ? object(translation, of: text).text() + "\n" : written + "\n"
      if let attentionSvg, let translation {
        let plot = AttentionPlot(translation)
        try DurableFile.write(to: attentionSvg) { try $0.append(Array(plot.svg.utf8)) }
        Console.message("wrote \(attentionSvg)")
      }
    }
    try Console.data(output)
  }

  private func object(_ translation: Translation?, of text: String) -> JSON {
    func list(_ texts: [String]?) -> JSON { .array((texts ?? []).map { .string($0) }) }
    return [
      "source": .string(text),
      "translation": translation.map { .string($0.text) } ?? .null,
      "logProbability": translation.map { JSON($0.logProbability) } ?? .null,
      "complete": .boolean(translation?.isComplete ?? false),
      "sourcePieces": list(translation?.sourcePieces),
      "pieces": list(translation?.pieces),
      "weights": .array((translation?.weights ?? []).map { .array($0.map { JSON($0) }) }),
    ]
  }
}
