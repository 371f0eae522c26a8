import ArgumentParser
import Unroll
import UnrollModels
import UnrollRuns
import UnrollText

/// `unroll score`.
struct ScoreCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "score", abstract: "Say how likely a model finds each line of texts.",
    discussion: """
      Each file is one text, and a line is predicted from all lines before it; for a model of documents, each document is \
      predicted from its own beginning. The first token of a text is given and not predicted. All scores of a file add up to \
      the loss that `unroll evaluate` reports.

      Columns: the bits for each predicted character, the number of the line or document, its text. With --worst and \
      --per token, the token, its bits, its rank among all tokens (1: the likeliest) and the three likeliest tokens there.

      Keys of --json, a line for each part: file, line or document, text, tokens, characters, bytes (predicted ones), \
      logProbability (nats), bitsPerCharacter, mostSurprising (token, spelling, bits, rank, likeliest); with --compare the \
      same of the other model under other, and bits, how many more it needs. The last line has the total.
      """)

  @Argument(help: "A model that `unroll train` wrote.")
  var model: String

  @Argument(help: "Text files or directories of them; - for standard input.")
  var files: [String] = ["-"]

  @OptionGroup var measuring: MeasuringOptions

  @Option(
    help: ArgumentHelp(
      "Score each token, line or document (default: documents for a model of documents, else lines).",
      valueName: "unit"))
  var per: ScoreUnitChoice?

  @Option(
    help: ArgumentHelp(
      "Show only so many lines or documents, those first whose bits are furthest above the mean of the texts for as many characters.",
      valueName: "count"))
  var worst: Int?

  @Option(
    help: ArgumentHelp(
      "Score by this model too, and say which predicts the texts better and between which limits.",
      valueName: "model"))
  var compare: String?

  @Flag(help: "Print a JSON object for each part.")
  var json = false

  @OptionGroup var threads: ThreadOptions

  func validate() throws {
    if let worst, worst < 1 { throw ValidationError("--worst takes a number of 1 or more.") }
    guard per == .token else { return }
    if worst != nil {
      throw ValidationError("--worst is about lines or documents: leave out --per token.")
    }
    if compare != nil {
      throw ValidationError("--compare is about lines or documents: leave out --per token.")
    }
  }

  func run() throws {
    try threads.run {
      let file = try ModelFile(contentsOf: model)
      let scored: LanguageModel = try file.model()
      let unit = measuring.unit(of: file)
      let other = try compare.map { try ModelFile(contentsOf: $0).model() as LanguageModel }
      let corpus = try measuring.reading.corpus(files, isQuiet: json)
      var report = ScoreReport(
        per: per ?? (unit == nil ? .line : .document), documents: unit, worst: worst,
        isJSON: json, namesFiles: corpus.files.count > 1)
      let progress = json ? nil : ShareProgress("scoring")
      defer { progress?.clear() }
      for (number, text) in corpus.files.enumerated() {
        func scores(of model: LanguageModel) throws -> TextScores? {
          let tokenizer = try measuring.tokenizer(of: model)
          let heldOut = try measuring.text(
            text, as: unit, by: tokenizer, CorpusProcessing(isQuiet: true))
          return try heldOut.scores(of: model, likeliestCount: 3) {
            progress?.show((Double(number) + $0) / Double(corpus.files.count))
          }
        }
        guard let first = try scores(of: scored) else { continue }
        let second = try other.flatMap { try scores(of: $0) }
        progress?.clear()
        try report.add(first, second, of: text.path)
      }
      try report.end(comparing: compare.map { (model, $0) })
    }
  }
}

/// What `--per` takes.
enum ScoreUnitChoice: String, ExpressibleByArgument, CaseIterable {
  case token, line, document
}
