import ArgumentParser
import Unroll
import UnrollFormats
import UnrollModels
import UnrollRuns
import UnrollText

/// `unroll evaluate`.
struct EvaluateCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "evaluate", abstract: "Measure how well a model does on texts.",
    discussion: """
      LANGUAGE MODELS predict texts. Each file is one text, read from its start with an empty memory; its first token is given and not predicted. \
      Text is prepared as in training: line ends, byte order mark, normalisation, lower case. \
      Bytes and characters are those of the file that the predicted tokens stand for.

      Keys of --json: loss (nats per token), bitsPerCharacter, bitsPerByte, perplexity; \
      tokens, characters and bytes that were predicted; \
      unpredictedBytes, all other bytes of the files; skippedBytes, those of them that the vocabulary does not have; \
      unpredictedShare, from 0 to 1. What cannot be computed is null.

      CLASSIFIERS tell the classes of the labelled texts of one file or folder, laid out as for `unroll train-classifier`. The \
      calibration error is the expected one, over fifteen bins of confidence.

      Keys of --json: texts; unread, the texts in which there is nothing that the model knows; accuracy, macroF1, loss (nats per text), calibrationError; \
      classes, an array with label, texts, said, right, precision, recall, f1; confusion, a row of counts for each true class.

      TAGGERS tag the words of sentences, laid out as for `unroll train-tagger`. Spans are whole ones of the right type, all types \
      together, as seqeval has them.

      Keys of --json: words, accuracy, loss (nats per word), spanF1, spanPrecision, spanRecall (null where tags mark no spans), macroF1, \
      tags, an array with tag, words, said, right, precision, recall, f1.

      TRANSLATORS write the counterparts of texts, laid out as for `unroll train-translator`. BLEU and chrF are those of sacreBLEU; the loss \
      is that of the given counterparts.

      Keys of --json: pairs, bleu, chrF, exactMatch (from 0 to 1), loss (nats per token).
      """)

  @Argument(help: "A model that `unroll train` or another training command wrote.")
  var model: String

  @Argument(
    help:
      "Text files or directories of them, or labelled texts, sentences with tags, or pairs of texts; - for standard input."
  )
  var files: [String]

  @OptionGroup(title: "Language models") var measuring: MeasuringOptions
  @Flag(
    help:
      "Let the model learn from each segment after it was measured on it; each file begins with the model as it is. Nothing is written."
  )
  var dynamic = false

  @OptionGroup(title: "Language models") var adapting: DynamicOptions
  @OptionGroup(title: "Classifiers") var layout: LabelledDataOptions

  @OptionGroup(title: "Taggers") var columns: TagColumnOptions
  @OptionGroup(title: "Translators") var pairs: PairOptions
  @OptionGroup(title: "Translators") var search: TranslationSearchOptions

  @Option(
    help: ArgumentHelp(
      "Draw the confusion matrix as a heat map into this .svg file.", valueName: "file"))
  var svg: String?

  @Flag(help: "Print one JSON object.")
  var json = false

  @OptionGroup var threads: ThreadOptions

  func run() throws {
    try threads.run {
      let file = try ModelFile(contentsOf: model)
      if file.kind == Classifier.kind { return try evaluate(file.model() as Classifier) }
      if file.kind == Tagger.kind { return try evaluate(file.model() as Tagger) }
      if file.kind == Translator.kind { return try evaluate(file.model() as Translator) }
      let model: LanguageModel = try file.model()
      try require(svg == nil, "--svg draws what a classifier says, and '\(self.model)' is none")
      try require(
        !dynamic || measuring.unit(of: file) == nil,
        "--dynamic reads each file as one text: give --documents stream")
      let corpus = try measuring.reading.corpus(files, isQuiet: json)
      let evaluation = try evaluation(of: corpus, as: measuring.unit(of: file), by: model)
      if !json { evaluation.text.sentences.forEach { Console.message("note: \($0)") } }
      try Console.data(json ? evaluation.json.text() + "\n" : evaluation.table)
    }
  }

  private func evaluate(_ tagger: Tagger) throws {
    try requireOneFile("tagger")
    try require(svg == nil, "--svg draws what a classifier says, and '\(model)' is none")
    let progress = json ? nil : ShareProgress("evaluating")
    defer { progress?.clear() }
    let score = try tagger.score(
      on: TaggedSentences(reading: files[0], columns: columns.columns)
    ) { progress?.show($0) }
    progress?.clear()
    let report = TaggingReport(tags: tagger.tags, score: score)
    try Console.data(
      json ? report.json.text() + "\n" : report.text(width: Console.outputWidth))
  }

  private func evaluate(_ translator: Translator) throws {
    try requireOneFile("translator")
    try require(svg == nil, "--svg draws what a classifier says, and '\(model)' is none")
    let progress = json ? nil : ShareProgress("evaluating")
    defer { progress?.clear() }
    let pairs = try pairs.pairs(files[0], isQuiet: json)
    let tokens = try translator.tokens(of: pairs)
    let unreadCount = tokens.count { $0.source.isEmpty }
    if unreadCount > 0, !json {
      Console.message(
        "note: \(countText(unreadCount, "text")) in which there is nothing that the model knows \(unreadCount == 1 ? "has" : "have") an empty translation, and no part in the loss"
      )
    }
    let loss = translator.loss(on: tokens) ?? .nan
    let score = try translator.score(on: pairs, search.options) { progress?.show($0) }
    progress?.clear()
    func number(_ value: Double) -> JSON { value.isFinite ? JSON(value) : .null }
    let object: JSON = [
      "pairs": JSON(score.count), "bleu": JSON(score.bleu.score), "chrF": JSON(score.chrF.score),
      "exactMatch": number(score.exactMatch), "loss": number(loss),
    ]
    try Console.data(
      json
        ? object.text() + "\n"
        : """
        BLEU         \(decimalText(score.bleu.score, 2))
        chrF         \(decimalText(score.chrF.score, 2))
        exact match  \(decimalText(score.exactMatch, 4)) of \(countText(score.count, "pair"))
        loss         \(decimalText(loss, 4)) nats per token

        """)
  }

  private func requireOneFile(_ kind: String) throws {
    guard files.count == 1 else {
      throw Failure(
        status: 64,
        description: "a \(kind) is measured on one file or folder, not on \(files.count)")
    }
  }

  private func evaluate(_ classifier: Classifier) throws {
    try requireOneFile("classifier")
    if let svg { try DurableFile.checkWritable(svg) }
    let progress = json ? nil : ShareProgress("evaluating")
    defer { progress?.clear() }
    let texts = try layout.texts(files[0], isQuiet: json)
    let (score, unreadCount) = try classifier.score(on: texts) { progress?.show($0) }
    progress?.clear()
    if unreadCount > 0, !json {
      Console.message(
        "note: \(countText(unreadCount, "text")) in which there is nothing that the model knows \(unreadCount == 1 ? "is" : "are") left out"
      )
    }
    let report = ClassificationReport(
      classes: classifier.classes, score: score, unreadCount: unreadCount)
    try Console.data(
      json ? report.json.text() + "\n" : report.text(width: Console.outputWidth))
    guard let svg else { return }
    let plot = ConfusionPlot(
      classes: classifier.classes, score: score,
      title: "\(model.showingControls) on \(files[0].showingControls)")
    try DurableFile.write(to: svg) { try $0.append(Array(plot.svg.utf8)) }
    if !json { Console.message("wrote \(svg)") }
  }

  private func evaluation(
    of corpus: Corpus, as unit: DocumentUnit?, by model: LanguageModel
  ) throws -> Evaluation {
    let processing = CorpusProcessing(isQuiet: json)
    let tokenizer = try measuring.tokenizer(of: model)
    let progress = json ? nil : ShareProgress("evaluating")
    defer { progress?.clear() }
    if dynamic {
      return try dynamicEvaluation(of: corpus, by: model, tokenizer, processing, progress)
    }
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

extension EvaluateCommand {
  private func dynamicEvaluation(
    of corpus: Corpus, by model: LanguageModel, _ tokenizer: Tokenizer,
    _ processing: CorpusProcessing, _ progress: ShareProgress?
  ) throws -> Evaluation {
    var total = Evaluation()
    var bytes = 0
    for file in corpus.files {
      var copy = model
      let tokens = try Corpus([file]).tokens(by: tokenizer, processing)
      total +=
        try adapting.evaluation.evaluation(of: &copy, on: tokens) { share in
          progress?.show(
            (Double(bytes) + share * Double(file.byteCount)) / Double(corpus.byteCount))
          return false
        } ?? Evaluation()
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
