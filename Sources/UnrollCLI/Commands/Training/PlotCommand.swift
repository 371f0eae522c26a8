import ArgumentParser
import Foundation
import Unroll
import UnrollFormats
import UnrollRuns

/// `unroll plot`.
struct PlotCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "plot", abstract: "Draw the curves of training runs.",
    discussion: """
      Reads what `unroll train --metrics FILE` wrote, of one or several runs, also while they go on.
      Without --output, each run is a line in the terminal.
      """)

  /// What is along the lower axis.
  enum Abscissa: String, CaseIterable, ExpressibleByArgument {
    case step, seconds
  }

  @Argument(help: "Files of metrics, one for each run.")
  var runs: [String]

  @Option(name: .shortAndLong, help: "Draw a picture into this .svg file.")
  var output: String?

  @Option(
    help:
      "What is drawn: loss, learningRate, gradientNorm, targetsPerSecond, or what was measured in validation, such as bitsPerByte, accuracy, bleu (default: loss)."
  )
  var figure = "loss"

  @Option(help: "What is along the lower axis: step or seconds (default: step).")
  var by = Abscissa.step

  @Flag(help: "Equal heights are equal ratios.")
  var log = false

  func run() throws {
    let logs = try runs.map { try MetricsLog(contentsOf: $0) }
    let names = runs.map { ($0 as NSString).lastPathComponent }
    try requireFigure(of: logs)
    guard let output else {
      try Console.data(zip(names, logs).map { line($0, $1) }.joined())
      return
    }
    let curves = logs.enumerated().flatMap { run, log in
      [
        curve(log.steps[figure], run, isMeasured: false),
        curve(log.validation[figure], run, isMeasured: true),
      ].compactMap { $0 }
    }
    if log, let least = curves.flatMap({ $0.points.map(\.y) }).min(), least <= 0 {
      throw ValidationError("--log needs numbers above 0, and \(figure) is \(least) somewhere")
    }
    let plot = RunPlot(
      curves: curves, names: names, title: title, abscissa: by.rawValue, isLogarithmic: log)
    try DurableFile.write(to: output) { try $0.append(Array(plot.svg.utf8)) }
    Console.message("wrote \(output)")
  }

  private func requireFigure(of logs: [MetricsLog]) throws {
    let has = { (log: MetricsLog) in
      log.steps[figure]?.isEmpty == false || log.validation[figure]?.isEmpty == false
    }
    guard !logs.contains(where: has) else { return }
    let known = Set(
      logs.flatMap { [$0.steps, $0.validation] }.flatMap {
        $0.filter { !$0.value.isEmpty }.map(\.key)
      })
    throw Failure(
      status: 65,
      description: known.isEmpty
        ? "no step of a run is in \(runs.map { "'\($0)'" }.joined(separator: ", ")) yet"
        : "there is no \(figure) in the metrics; there are \(known.sorted().joined(separator: ", "))"
    )
  }

  private func curve(
    _ points: [MetricsLog.Point]?, _ run: Int, isMeasured: Bool
  ) -> RunPlot.Curve? {
    guard let points, !points.isEmpty else { return nil }
    return RunPlot.Curve(
      points: points.map { (by == .step ? Double($0.step) : $0.seconds, $0.value) }, run: run,
      isMeasured: isMeasured)
  }

  private var title: String {
    let units = [
      "loss": "loss in nats", "learningRate": "learning rate",
      "gradientNorm": "norm of the gradient",
      "targetsPerSecond": "targets a second", "bitsPerByte": "bits per byte",
    ]
    return units[figure] ?? figure
  }

  /// `run.jsonl  loss ██▅▃▂▂▁▁ 2.4112 → 1.1804, validation 1.4312 at its best, after step 3204`.
  private func line(_ name: String, _ log: MetricsLog) -> String {
    let measured = log.validation[figure] ?? []
    let points = log.steps[figure] ?? measured
    guard let first = points.first, let last = points.last else { return "\(name)  no \(figure)\n" }
    let room = max(8, min(40, Console.outputWidth - name.count - figure.count - 60))
    var text =
      "\(name.showingControls)  \(figure) \(Sparkline.text(points.map(\.value), width: room)) "
      + "\(short(first.value)) → \(short(last.value))"
    let isLoss = ["loss", "bitsPerByte"].contains(figure)
    let best =
      isLoss
      ? measured.min { $0.value < $1.value } : measured.max { $0.value < $1.value }
    if let best { text += ", validation \(short(best.value)) at its best, after step \(best.step)" }
    return text + "\n"
  }

  private func short(_ value: Double) -> String {
    abs(value) >= 1000 ? groupedText(Int(value)) : decimalText(value, 4)
  }
}
