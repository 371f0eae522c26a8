import ArgumentParser
import Unroll
import UnrollFormats
import UnrollRuns

/// `unroll sweep`.
struct SweepCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "sweep", abstract: "Try settings of a language model, and find the best.",
    discussion: """
      The sweep is a JSON object: "grid" with the values of some settings, of which all combinations are tried, or "random" with values or ranges, and "runs", how many are drawn.
      {"settings": {"epochs": 5}, "grid": {"hiddenSize": [128, 256], "dropout": [0, 0.3]}}
      {"random": {"learningRate": {"from": 0.001, "to": 0.02, "scale": "log"}, "cell": ["lstm", "gru"]}, "runs": 9, "halving": 3}
      With "halving" N, all runs are taken through a part of their steps, and each time the best N-th goes on through N times as many.
      Settings have the names of the options of `unroll train`: hiddenSize is --hidden-size.
      The same command goes on with a sweep that was interrupted.
      """)

  @Argument(help: "The text files or directories of them, and then the .json file of the sweep.")
  var paths: [String]

  @Option(help: "The folder in which the runs and their models are kept.")
  var folder: String

  @OptionGroup var threads: ThreadOptions

  @Flag(help: "Show errors and the table only.")
  var quiet = false

  @Flag(help: "Print the runs as JSON lines, the best first.")
  var json = false

  func validate() throws {
    try require(paths.count > 1, "Give the corpus and, as the last, the file of the sweep")
    try require(
      !paths.contains("-"),
      "a sweep reads its text for each run, and standard input can be read once: give a file")
  }

  func run() throws {
    let planPath = paths.last ?? ""
    let text = try FileContents(reading: planPath).withUnsafeBytes {
      String(decoding: $0, as: UTF8.self)
    }
    let plan = try SweepPlan(json: text, from: "'\(planPath)'")
    var base = RunSettings(LanguageSettings(texts: paths.dropLast().map(absolutePath)))
    take(threads.threads, into: &base.threads)
    var sweep = try Sweep<LanguageTask>(plan, over: base, in: folder)
    Interruption.watch()
    var progress = SweepProgress(runCount: plan.candidates.count, isQuiet: quiet)
    let isDone = try sweep.run(
      processing: CorpusProcessing(isQuiet: true), { progress.show($0) },
      until: { Interruption.signalNumber != nil })
    progress.clear()
    let table = SweepTable(plan: plan, ranking: sweep.ranking)
    try Console.data(json ? table.lines : table.text)
    guard isDone else {
      Console.message("the sweep is interrupted; the same command goes on with it")
      leave(with: 128 + (Interruption.signalNumber ?? 0))
    }
    guard let best = sweep.ranking.first, best.failure == nil else {
      throw Failure(status: 1, description: "no run of the sweep came to an end")
    }
    if quiet || json { return }
    let options = try sweep.settings(of: best).flatMap { optionWords($0.name, $0.content) }
    let corpus = paths.dropLast().map(\.shellQuoted).joined(separator: " ")
    Console.message(
      "the best model is \(sweep.model(of: best)); unroll train \(corpus) --output best.safetensors \(options.map(\.shellQuoted).joined(separator: " ")) makes it again"
    )
  }

  /// The words of the command line that ask for a setting.
  private func optionWords(_ name: String, _ content: SettingContent) -> [String] {
    switch content {
    case .absent: []
    case .flag(let value):
      value ? [optionName(name)] : ["--no-" + optionName(name).dropFirst(2)]
    case .number(let text), .text(let text): [optionName(name), text]
    case .texts(let texts): texts.flatMap { [optionName(name), $0] }
    }
  }
}

/// Shows how far a sweep is: a line for each run that came to the end of a rung.
private struct SweepProgress {
  let runCount: Int
  let isQuiet: Bool
  private var bar = ProgressBar()
  private var place = ""
  private var totalSteps = 1

  init(runCount: Int, isQuiet: Bool) {
    self.runCount = runCount
    self.isQuiet = isQuiet
  }

  mutating func show(_ event: SweepEvent) {
    if isQuiet { return }
    switch event {
    case .began(let number, let rung, let rungs):
      place = "run \(number)/\(runCount)" + (rungs > 1 ? ", rung \(rung)/\(rungs)" : "")
    case .run(_, .began(let beginning)): totalSteps = max(1, beginning.totalSteps)
    case .run(_, .step(let report, let pace)):
      bar.show(
        [
          .init(place, importance: 1), .init("loss \(decimalText(report.loss, 4))", importance: 0),
          pace.secondsLeft.map { .init("\(clockText($0)) left", importance: 2) },
        ].compactMap { $0 }, share: Double(report.step) / Double(totalSteps))
    case .run(let number, .note(let note)) where note.isWarning:
      line("warning: run \(number): \(note.sentence.text(optionName))")
    case .run: break
    case .ended(let run):
      let values = run.candidate.values.map { "\($0.name) \($0.content.description)" }
      let end =
        run.failure ?? run.measure.map { decimalText($0.deciding.value, 4) } ?? "not measured"
      line("\(place), step \(run.stepCount): \(end)  \(values.joined(separator: ", "))")
    }
  }

  mutating func clear() { bar.clear() }

  private mutating func line(_ text: String) {
    bar.clear()
    Console.message(text)
  }
}

/// The runs of a sweep, the best first.
private struct SweepTable {
  let plan: SweepPlan
  let ranking: [SweepRun]

  private var names: [String] { plan.candidates.first?.values.map(\.name) ?? [] }
  private var figures: [String] { ranking.compactMap(\.measure).first?.figures.map(\.name) ?? [] }

  var text: String {
    let head = ["run"] + names + figures + ["steps"]
    let rows = ranking.map { run in
      ["\(run.number)"] + run.candidate.values.map(\.content.description)
        + figures.indices.map { index in
          run.measure.map { decimalText($0.figures[index].value, 4) } ?? "failed"
        } + ["\(run.stepCount)"]
    }
    let all = [head] + rows
    let widths = head.indices.map { column in all.map { $0[column].count }.max() ?? 0 }
    return all.map { row in
      zip(row, widths).map { $0.aligned(to: $1) }.joined(separator: "  ") + "\n"
    }.joined()
  }

  var lines: String {
    ranking.map { run in
      let values = JSON.Object(
        run.candidate.values.map { .init(key: $0.name, value: $0.content.json) })
      let measured = JSON.Object(
        run.measure?.figures.map { .init(key: $0.name, value: JSON($0.value)) } ?? [])
      let line: JSON = [
        "run": JSON(run.number), "settings": .object(values), "validation": .object(measured),
        "steps": JSON(run.stepCount), "failure": run.failure.map { .string($0) } ?? .null,
      ]
      return line.text() + "\n"
    }.joined()
  }
}
