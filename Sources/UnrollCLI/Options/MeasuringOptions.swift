import ArgumentParser
import Unroll
import UnrollModels
import UnrollRuns
import UnrollText

/// How the texts are read that a model is measured on.
struct MeasuringOptions: ParsableArguments {
  @OptionGroup var reading: FolderOptions

  @Option(
    help:
      "Read each file as one text, or each line or file as a document (default: as in training).")
  var documents: DocumentsChoice?

  @Option(
    help:
      "What to do with text that has no token: stop with an error, skip it, or read the token for unknown text (default: as in training)."
  )
  var unknown: UnknownPolicy?

  /// What a document is for a model; `nil` where each file is one text.
  func unit(of file: ModelFile) -> DocumentUnit? {
    let learned = try? file.training?.field["settings"]["documents"].string()
    return (documents ?? learned.flatMap(DocumentsChoice.init) ?? .stream).unit
  }

  /// The tokenizer of a model, with another policy if one was given.
  func tokenizer(of model: LanguageModel) throws -> Tokenizer {
    try unknown.map { try model.tokenizer.following($0) } ?? model.tokenizer
  }

  /// A file as a model is measured on it.
  func text(
    _ file: TextFile, as unit: DocumentUnit?, by tokenizer: Tokenizer,
    _ processing: CorpusProcessing
  ) throws -> HeldOutText {
    let corpus = Corpus([file])
    do {
      if let unit {
        return try HeldOutText(
          Documents(corpus, by: unit, tokenizer: tokenizer, processing), tokenizer: tokenizer)
      }
      return try HeldOutText(corpus.tokens(by: tokenizer, processing), tokenizer: tokenizer)
    } catch let error as TextError where error.code == .tooSmall {
      throw TextError(.tooSmall, "\(file.name): \(error.message)")
    }
  }
}
