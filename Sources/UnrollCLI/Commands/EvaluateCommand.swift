import ArgumentParser
import Unroll
import UnrollFormats
import UnrollModels
import UnrollRuns
import UnrollText

/// `unroll evaluate`.
struct EvaluateCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "evaluate", abstract: "Measure how well a model predicts texts.",
    discussion: "Each file is one text, read from its start with an empty memory.")

  @Argument(help: "A model that `unroll train` wrote.")
  var model: String

  @Argument(help: "Text files or directories of them; - for standard input.")
  var files: [String]

  @OptionGroup var reading: CorpusOptions

  @Option(
    help:
      "Read each file as one text, or each line or file as a document (default: as in training).")
  var documents: DocumentsChoice?

  @Flag(help: "Print one JSON object.")
  var json = false

  @OptionGroup var threads: ThreadOptions

  func run() throws {
    try threads.run {
      let file = try ModelFile(contentsOf: model)
      let model: LanguageModel = try file.model()
      let corpus = try reading.corpus(files, isQuiet: json)
      let learned = try? file.training?.field["settings"]["documents"].string()
      let documents = documents ?? learned.flatMap(DocumentsChoice.init) ?? .stream
      let evaluation = try evaluation(of: corpus, as: documents.unit, by: model)
      try Console.data(json ? evaluation.json.text() + "\n" : evaluation.table)
    }
  }

  private func evaluation(
    of corpus: Corpus, as unit: DocumentUnit?, by model: LanguageModel
  ) throws -> Evaluation {
    let processing = CorpusProcessing(isQuiet: json)
    if let unit {
      return try model.evaluation(
        of: Documents(corpus, by: unit, tokenizer: model.tokenizer, processing))
    }
    var total = Evaluation()
    for file in corpus.files {
      do {
        total += try model.evaluation(of: Corpus([file], options: corpus.options), processing)
      } catch let error as TextError where error.code == .tooSmall {
        throw TextError(.tooSmall, "'\(file.path)': \(error.message)")
      }
    }
    return total
  }
}

extension Evaluation {
  fileprivate var json: JSON {
    [
      "loss": JSON(loss), "bitsPerCharacter": JSON(bitsPerCharacter),
      "bitsPerByte": JSON(bitsPerByte),
      "perplexity": JSON(perplexity), "tokens": JSON(text.tokenCount),
      "characters": JSON(text.characterCount),
      "bytes": JSON(text.byteCount),
    ]
  }

  fileprivate var table: String {
    """
    loss                \(decimalText(loss, 4)) nats per token
    bits per character  \(decimalText(bitsPerCharacter, 4))
    bits per byte       \(decimalText(bitsPerByte, 4))
    perplexity          \(decimalText(perplexity, 4))
    tokens              \(groupedText(text.tokenCount))

    """
  }
}
