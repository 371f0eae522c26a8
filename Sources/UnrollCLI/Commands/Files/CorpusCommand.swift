import ArgumentParser
import Unroll
import UnrollFormats
import UnrollRuns
import UnrollText

/// `unroll corpus`.
struct CorpusCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "corpus", abstract: "Describe texts before a model is trained on them.",
    discussion: """
      The entropies are what a model has to do better than: what the text costs if each token is guessed from the counts \
      of all tokens, and from those of the tokens that follow the one before. They are in bits per character of the files, \
      about the tokens that a model predicts, as in `unroll evaluate`.
      """)

  @Argument(help: "Text files or directories of them; - for standard input.")
  var files: [String]

  @OptionGroup var reading: CorpusOptions
  @OptionGroup var tokens: TokenOptions

  @Option(help: "What is a text of its own: nothing, each line, or each file.")
  var documents = DocumentsChoice.stream

  @Flag(help: "Print one JSON object.")
  var json = false

  /// What was typed about the texts and their tokens.
  private var settings: LanguageSettings {
    var settings = LanguageSettings(texts: files)
    reading.apply(to: &settings)
    tokens.apply(to: &settings.tokens)
    settings.documents = documents
    return settings
  }

  func validate() throws { try refusingUsage { try settings.validate() } }

  func run() throws {
    let corpus = try reading.corpus(files, isQuiet: json)
    let processing = CorpusProcessing(isQuiet: json)
    let description = try CorpusDescription(
      of: corpus, tokens: settings.tokenizer, documents: documents, processing)
    try Console.data(json ? description.json.text() + "\n" : description.text)
  }
}
