import ArgumentParser
import Unroll
import UnrollFormats
import UnrollRuns

/// `unroll find-learning-rate`.
struct FindLearningRateCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "find-learning-rate",
    abstract: "Find a learning rate for a language model and a text.",
    discussion: """
      Trains a new model for some steps while the rate grows by equal factors (a range test, Smith 2017), and suggests a tenth of the rate with the least smoothed loss.
      Takes the options of `unroll train` that say what is trained; writes no model.
      """)

  @OptionGroup var language: LanguageOptions

  @Option(help: "The first rate (default: 1e-5).")
  var from = 1e-5

  @Option(help: "The last rate (default: 1).")
  var to = 1.0

  @Option(help: "The steps of the test (default: 200).")
  var testSteps = 200

  @Option(name: .shortAndLong, help: "Draw the loss by rate into this .svg file.")
  var output: String?

  @Option(help: "Rows of a batch (default: by the size of the text).")
  var batchSize: Int?

  @Option(help: "Steps of a window (default: by the size of the text).")
  var sequenceLength: Int?

  @OptionGroup(title: "Model") var model: ModelOptions
  @OptionGroup(title: "Training") var optimizer: OptimizerOptions
  @OptionGroup var threads: ThreadOptions

  @Flag(help: "Show errors only.")
  var quiet = false

  @Flag(help: "Print the points and the suggestion as a JSON object.")
  var json = false

  private var settings: RunSettings<LanguageSettings> {
    var settings = RunSettings<LanguageSettings>()
    model.apply(to: &settings.model, &settings.sizes)
    optimizer.apply(to: &settings)
    take(batchSize, into: &settings.sizes.batchSize)
    take(sequenceLength, into: &settings.sizes.sequenceLength)
    take(threads.threads, into: &settings.threads)
    language.apply(to: &settings)
    return settings
  }

  func validate() throws {
    try require(!language.corpus.isEmpty, "Missing expected argument '<corpus> ...'")
    try require(from > 0 && from < to && to.isFinite, "--from is above 0 and below --to")
    try require(testSteps >= 10, "--test-steps is 10 or more, not \(testSteps)")
    let settings = self.settings
    let usual = RunSettings<LanguageSettings>()
    try require(
      settings.optimizer.learningRate == usual.optimizer.learningRate
        && settings.schedule == usual.schedule && settings.averaging == usual.averaging
        && settings.ending == usual.ending && optimizer.epochs == nil
        && optimizer.frozenLayers == nil,
      "the test has rates, steps and initial values of its own: leave --learning-rate, --schedule and its numbers, --average, --epochs, --steps, --patience, --time-limit and --frozen-layers out"
    )
    try refusingUsage { try settings.validate() }
  }

  func run() throws {
    if let output { try DurableFile.checkWritable(output) }
    Interruption.watch()
    var bar = ProgressBar()
    defer { bar.clear() }
    let test = try LearningRateTest(
      settings, of: LanguageTask.self, rates: from...to, steps: testSteps,
      processing: CorpusProcessing(isQuiet: quiet)
    ) { event in
      if let number = Interruption.signalNumber { leave(with: 128 + number) }
      guard !quiet else { return }
      switch event {
      case .note(let note): Console.message(note.sentence.text(optionName))
      case .step(let point, let share):
        bar.show(
          [
            .init("rate \(shortNumber(point.rate))", importance: 0),
            .init("loss \(decimalText(point.smoothedLoss, 4))", importance: 1),
          ], share: share)
      }
    }
    bar.clear()
    try draw(test)
    if json { return try Console.data(object(test).text() + "\n") }
    guard let suggestion = test.suggestion else {
      throw Failure(
        status: 1,
        description:
          "no rate from \(shortNumber(from)) to \(shortNumber(to)) lowers the loss: try lower ones with --from"
      )
    }
    let losses = test.points.map(\.smoothedLoss)
    Console.message(
      "loss \(Sparkline.text(losses, width: max(8, min(40, Console.width - 50)))) from rate \(shortNumber(from)) to \(shortNumber(test.points.last?.rate ?? to))"
    )
    try Console.data("\(suggestion)\n")
  }

  private func draw(_ test: LearningRateTest) throws {
    guard let output, !test.points.isEmpty else { return }
    // What is far above the beginning would press all else flat.
    let top = 1.5 * (test.points.first?.smoothedLoss ?? 1)
    let points = test.points.map { ($0.rate, min($0.smoothedLoss, top)) }
    var plot = RunPlot(
      curves: [.init(points: points, run: 0, isMeasured: false)],
      names: [test.suggestion.map { "suggested: \($0)" } ?? "no suggestion"],
      title: "smoothed loss in nats", abscissa: "learning rate")
    plot.isAbscissaLogarithmic = true
    try DurableFile.write(to: output) { try $0.append(Array(plot.svg.utf8)) }
    if !quiet { Console.message("wrote \(output)") }
  }

  private func object(_ test: LearningRateTest) -> JSON {
    [
      "suggestion": test.suggestion.map { JSON($0) } ?? .null,
      "points": .array(
        test.points.map {
          [
            "learningRate": JSON($0.rate), "loss": JSON($0.loss),
            "smoothedLoss": JSON($0.smoothedLoss),
          ]
        }),
    ]
  }
}
