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
    discussion: """
      Each file is one text, read from its start with an empty memory; its first token is given and not predicted. \
      Text is prepared as in training: line ends, byte order mark, normalisation, lower case. \
      Bytes and characters are those of the file that the predicted tokens stand for.

      Keys of --json: loss (nats per token), bitsPerCharacter, bitsPerByte, perplexity; \
      tokens, characters and bytes that were predicted; \
      unpredictedBytes, all other bytes of the files; skippedBytes, those of them that the vocabulary does not have; \
      unpredictedShare, from 0 to 1. What cannot be computed is null.
      """)

  @Argument(help: "A model that `unroll train` wrote.")
  var model: String

  @Argument(help: "Text files or directories of them; - for standard input.")
  var files: [String]

  @OptionGroup var measuring: MeasuringOptions

  @Flag(help: "Print one JSON object.")
  var json = false

  @OptionGroup var threads: ThreadOptions

  func run() throws {
    try threads.run {
      let file = try ModelFile(contentsOf: model)
      let model: LanguageModel = try file.model()
      let corpus = try measuring.reading.corpus(files, isQuiet: json)
      let evaluation = try evaluation(of: corpus, as: measuring.unit(of: file), by: model)
      if !json { evaluation.text.sentences.forEach { Console.message("note: \($0)") } }
      try Console.data(json ? evaluation.json.text() + "\n" : evaluation.table)
    }
  }

  private func evaluation(
    of corpus: Corpus, as unit: DocumentUnit?, by model: LanguageModel
  ) throws -> Evaluation {
    let processing = CorpusProcessing(isQuiet: json)
    let tokenizer = try measuring.tokenizer(of: model)
    let progress = json ? nil : ShareProgress("evaluating")
    defer { progress?.clear() }
    func evaluation(of text: HeldOutText, after share: Double, by part: Double) throws -> Evaluation
    {
      try text.evaluation(of: model) { progress?.show(share + part * $0) } ?? Evaluation()
    }
    if let unit {
      let documents = try Documents(corpus, by: unit, tokenizer: tokenizer, processing)
      return try evaluation(
        of: HeldOutText(documents, tokenizer: tokenizer), after: 0, by: 1)
    }
    var total = Evaluation()
    var bytes = 0
    for file in corpus.files {
      total += try evaluation(
        of: measuring.text(file, as: nil, by: tokenizer, processing),
        after: Double(bytes) / Double(corpus.byteCount),
        by: Double(file.byteCount) / Double(corpus.byteCount))
      bytes += file.byteCount
    }
    return total
  }
}

extension Evaluation {
  fileprivate var json: JSON {
    func number(_ value: Double) -> JSON { value.isFinite ? JSON(value) : .null }
    return [
      "loss": number(loss), "bitsPerCharacter": number(bitsPerCharacter),
      "bitsPerByte": number(bitsPerByte), "perplexity": number(perplexity),
      "tokens": JSON(text.tokenCount), "characters": JSON(text.characterCount),
      "bytes": JSON(text.byteCount), "unpredictedBytes": JSON(text.unpredictedByteCount),
      "skippedBytes": JSON(text.skippedByteCount),
      "unpredictedShare": JSON(text.unpredictedShare),
    ]
  }

  fileprivate var table: String {
    """
    loss                \(decimalText(loss, 4)) nats per token
    bits per character  \(decimalText(bitsPerCharacter, 4))
    bits per byte       \(decimalText(bitsPerByte, 4))
    perplexity          \(decimalText(perplexity, 4))
    tokens              \(groupedText(text.tokenCount))
    not predicted       \(decimalText(100 * text.unpredictedShare, 1)) % of the bytes

    """
  }
}
