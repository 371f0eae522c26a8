import ArgumentParser
import Unroll
import UnrollRuns

/// What a language model is trained on, and what it is.
struct LanguageOptions: ParsableArguments {
  @Argument(help: "Text files or directories of them; - for standard input.")
  var corpus: [String] = []

  @OptionGroup(title: "Text") var reading: CorpusOptions

  @Option(
    help:
      "Read everything as one stream, or each line or file as a text of its own, which the model also learns to end (default: stream)."
  )
  var documents: DocumentsChoice?

  @Flag(help: "Use the embedding's vectors for the output too (needs equal sizes).")
  var tieWeights = false

  @OptionGroup(title: "Tokens") var tokens: TokenOptions

  @OptionGroup(title: "Regularisation") var regularization: RegularizationOptions

  /// Replaces what was typed.
  func apply(to settings: inout RunSettings<LanguageSettings>) {
    if !corpus.isEmpty { settings.task.texts = corpus }
    reading.apply(to: &settings.task)
    take(documents, into: &settings.task.documents)
    tokens.apply(to: &settings.task.tokens)
    regularization.apply(to: &settings.task.regularization)
    if tieWeights { settings.model.tieWeights = true }
  }
}
