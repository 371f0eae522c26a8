import ArgumentParser
import Unroll
import UnrollFormats
import UnrollModels
import UnrollRuns
import UnrollText

/// `unroll inspect`.
struct InspectCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "inspect", abstract: "Show what units and gates of a model do over a text.",
    discussion: """
      Shown are the units that best track a property of the text (quotes, position in line, brackets, indentation, upper \
      case, digits, distance to the line end), each with its correlation and with how often chance does as well; the places \
      where these units are strongest; how often gates are nearly shut or open; how far back the loss still feels what was \
      read; and the text, coloured by a unit, with the bits of each token and the five likeliest to follow it.

      A unit is LAYER:INDEX, both counted from 1. Only the beginning of a text is read: see --limit. With --unroll, a short \
      text is drawn step by step instead: input, states, output.

      Of a CLASSIFIER each line of the file is a text, and shown is how much each of its pieces speaks for the label: gradient × input, \
      and by how many nats the label's log-probability falls when the piece is left out. Of a TAGGER the same is shown for the tag of each \
      word of each line. Keys of --json, an object for each label or tag: text, word (of a tag; counted from 1), label, probability, \
      pieces (text, gradientTimesInput, leftOut), agreement, the correlation of both.

      Keys of --json of a language model: model, text, isWhole, bitsPerToken, state, unit (layer, index), tokens (token, spelling, bits, value of \
      the unit, next), saturation (layer, gate, low, high), properties (property, shifts, units with correlation and p), \
      contexts, gradientByLag (norms, places); with --unroll, state, tokens and states, by step, layer and unit.
      """)

  @Argument(help: "A model that `unroll train`, `train-classifier` or `train-tagger` wrote.")
  var model: String

  @Argument(help: "A text file; - for standard input.")
  var file: String?

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      "Draw this text unrolled in time, at most \(UnrolledText.mostTokens) tokens.",
      valueName: "text"))
  var unroll: String?

  @Option(
    help: ArgumentHelp(
      "Colour the text by this unit (default: the one that best tracks a property that takes memory).",
      valueName: "layer:index"))
  var unit: UnitChoice?

  @Option(
    help:
      "Which state of the units is looked at: hidden, or cell of an LSTM (default: cell for an LSTM, and hidden with --unroll)."
  )
  var state: UnitValue?

  @OptionGroup var measuring: MeasuringOptions

  @Option(help: ArgumentHelp("Read so many tokens of the text at most.", valueName: "tokens"))
  var limit = 10_000

  @Option(
    help: ArgumentHelp("Show so many tokens of the text here; a page has all.", valueName: "tokens")
  )
  var show = 400

  @Option(help: ArgumentHelp("Show so many places of each unit.", valueName: "places"))
  var contexts = 3

  @Option(
    help: ArgumentHelp("Tell chance from tracking by so many shifts.", valueName: "count"))
  var shifts = 200

  @Option(help: ArgumentHelp("Follow the gradient back so far.", valueName: "tokens"))
  var lags = 100

  @Option(help: "What the shifts are drawn by.")
  var seed: UInt64 = 0

  @Option(help: ArgumentHelp("Write a page for a browser to this file too.", valueName: "file"))
  var html: String?

  @Flag(help: "Print one JSON object.")
  var json = false

  @OptionGroup var threads: ThreadOptions

  func validate() throws {
    try require(
      file != nil || unroll != nil,
      "There is nothing to inspect: give a text file, - for standard input, or --unroll TEXT")
    try require(
      file == nil || unroll == nil,
      "--unroll draws a text of its own: give it without '\(file ?? "")'")
    try require(unroll == nil || unit == nil, "--unroll shows all units: give it without --unit")
    try require((2...1_000_000).contains(limit), "--limit is 2 to 1000000, not \(limit)")
    try require(show >= 0, "--show is 0 or more, not \(show)")
    try require((0...100).contains(contexts), "--contexts is 0 to 100, not \(contexts)")
    try require((1...100_000).contains(shifts), "--shifts is 1 to 100000, not \(shifts)")
    try require((1...10_000).contains(lags), "--lags is 1 to 10000, not \(lags)")
  }

  func run() throws {
    try threads.run {
      let file = try ModelFile(contentsOf: model)
      if file.kind == Classifier.kind { return try inspect(file.model() as Classifier) }
      if file.kind == Tagger.kind { return try inspect(file.model() as Tagger) }
      let model: LanguageModel = try file.model()
      try checkPage()
      if let unroll { try draw(unroll, model) } else { try inspect(model, file) }
    }
  }

  /// Finds now what would be wrong with the page in the end.
  private func checkPage() throws {
    guard let html else { return }
    func identity(_ path: String) -> FileIdentity? {
      (try? FileOperations.system.status(path))?.identity
    }
    if let page = identity(html) {
      for (name, path) in [("model", model), ("text", file ?? "-")] where identity(path) == page {
        throw Failure(
          status: 64, description: "--html would replace the \(name): choose another name")
      }
    }
    try DurableFile.checkWritable(html)
  }

  // MARK: Texts that are classified or tagged

  private func inspect(_ classifier: Classifier) throws {
    try forEachLine { line, name in
      let influence = try classifier.influence(of: line, named: name)
      if influence == nil {
        Console.message("note: \(name) has nothing that the model knows, and no label")
      }
      try show(InfluenceLines(text: line, classes: classifier.classes, influence))
    }
  }

  private func inspect(_ tagger: Tagger) throws {
    try forEachLine { line, _ in
      let words = line.split(whereSeparator: \.isWhitespace).map(String.init)
      for place in words.indices {
        try show(
          InfluenceLines(text: line, tags: tagger.tags, tagger.influence(on: place, in: words)))
      }
    }
  }

  private func forEachLine(_ body: (_ line: String, _ name: String) throws -> Void) throws {
    try require(
      unroll == nil && html == nil,
      "--unroll and --html show what a language model does, and '\(model)' is none")
    try InputLines(path: file ?? "-", groupSize: 1024).forEachGroup { lines, source, first in
      for (index, line) in lines.enumerated() {
        try body(line, "line \(first + index) of \(source)")
      }
    }
  }

  private func show(_ shown: InfluenceLines) throws {
    try Console.data(json ? shown.json.text() + "\n" : shown.text(width: width))
  }

  // MARK: A text that is drawn

  private func draw(_ text: String, _ model: LanguageModel) throws {
    let inspection = try model.inspection(of: text, unitValue: state ?? .hidden)
    guard (1...UnrolledText.mostTokens).contains(inspection.tokens.count) else {
      throw Failure(
        status: 64,
        description:
          "--unroll draws 1 to \(UnrolledText.mostTokens) tokens, and this text has \(inspection.tokens.count): "
          + (inspection.tokens.isEmpty ? "give some text" : "give a shorter one, or a file"))
    }
    let unrolled = UnrolledText(modelName: self.model.showingControls, inspection: inspection)
    try show(unrolled.json, or: unrolled.text(paint, width: width))
    try write(unrolled.page)
  }

  // MARK: A text that is inspected

  private func inspect(_ model: LanguageModel, _ file: ModelFile) throws {
    let (name, text, isAll) = try beginning(model, file)
    Interruption.watch()
    let progress = ShareProgress("reading")
    defer { progress.clear() }
    func stops() -> Bool { Interruption.signalNumber != nil }
    guard
      let inspection = try text.inspection(
        of: model, limit: limit, unitValue: state, onProgress: { if !json { progress.show($0) } },
        shouldStop: stops)
    else { leaveInterrupted() }
    if let unit, !inspection.has(unit.unit) {
      throw Failure(
        status: 64,
        description:
          "--unit \(unit.unit) is not in this model: layers are 1 to \(model.configuration.layerCount), "
          + "units 1 to \(model.configuration.hiddenSize)")
    }
    let properties = inspection.properties
    let findings = try TextProperty.allCases.map { property in
      if stops() { leaveInterrupted() }
      return InspectedText.Finding(
        property: property,
        tracking: try inspection.tracking(of: properties[property], shifts: shifts, seed: seed))
    }
    let gradient = try model.gradientByLag(over: inspection, lagCount: lags, shouldStop: stops)
    if stops() { leaveInterrupted() }
    progress.clear()
    let choice = unit.map { ($0.unit, "was asked for") } ?? InspectedText.choice(of: findings)
    let found = InspectedText(
      modelName: self.model.showingControls, textName: name.showingControls,
      isWhole: isAll && inspection.isWhole, inspection: inspection, findings: findings,
      gradient: gradient, unit: choice.0, unitReason: choice.1, contextCount: contexts)
    try show(found.json, or: InspectionLines(found, paint, width: width, shownCount: show).text)
    try write(InspectionPage(found).text)
  }

  /// As much of the text as has the tokens that are wanted, and whether that is all of it.
  private func beginning(
    _ model: LanguageModel, _ file: ModelFile
  ) throws -> (name: String, text: HeldOutText, isAll: Bool) {
    let path = self.file ?? "-"
    let corpus = try measuring.reading.corpus([path], isQuiet: json)
    guard corpus.files.count == 1 else {
      throw Failure(
        status: 64,
        description:
          "'\(path)' has \(corpus.files.count) texts, and one is inspected: give a file")
    }
    let whole = corpus.files[0]
    let tokenizer = try measuring.tokenizer(of: model)
    var byteCount = max(1 << 16, 4 * limit)
    while true {
      let part = try whole.beginning(byteCount, for: tokenizer)
      let isAll = part.byteCount == whole.byteCount
      let text = try measuring.text(
        part, as: measuring.unit(of: file), by: tokenizer, CorpusProcessing(isQuiet: true))
      if isAll || text.text.tokenCount >= limit { return (whole.name, text, isAll) }
      byteCount *= 4
    }
  }

  private func leaveInterrupted() -> Never { leave(with: 128 + (Interruption.signalNumber ?? 0)) }

  // MARK: Where it goes

  private var paint: UnitPaint { UnitPaint(isColoured: Console.showsColours) }

  /// Longer lines are hard to read, also where there is room for them.
  private var width: Int {
    Console.outputWidth == .max ? 80 : min(120, max(12, Console.outputWidth))
  }

  /// Nothing but colours in the text controls a terminal; without them, nothing does.
  private func show(_ object: @autoclosure () -> JSON, or text: @autoclosure () -> String) throws {
    if json { return try Console.text(object().text() + "\n", isJSON: true) }
    if paint.isColoured { try Console.data(text()) } else { try Console.text(text()) }
  }

  private func write(_ page: @autoclosure () -> String) throws {
    guard let html else { return }
    let page = page()
    try DurableFile.write(to: html) { try $0.append(Array(page.utf8)) }
    Console.message("wrote \(html)")
  }
}

/// What `--unit` takes.
struct UnitChoice: ExpressibleByArgument {
  let unit: RecurrentUnit

  init?(argument: String) {
    let parts = argument.split(separator: ":", omittingEmptySubsequences: false)
    guard parts.count == 2, let layer = Int(parts[0]), let index = Int(parts[1]) else { return nil }
    unit = RecurrentUnit(layer: layer, index: index)
  }
}
