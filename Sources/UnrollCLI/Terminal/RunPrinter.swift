import Unroll
import UnrollRuns
import UnrollTraining

#if canImport(Darwin)
import Darwin
#elseif canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

/// Shows what happens in a run: a bar on a terminal, otherwise a plain line every ten seconds; and a line for each epoch.
final class RunPrinter {
  private let isQuiet: Bool
  private let watch = Stopwatch()
  private var bar = ProgressBar()
  private var beginning: RunBeginning?
  private var smoothedLoss: Double?
  private var lastReport = (step: 0, epoch: 0)
  private var hasForetold = false
  private var hasFailedCheckpoint = false

  init(isQuiet: Bool) {
    self.isQuiet = isQuiet
  }

  func show(_ event: RunEvent) {
    switch event {
    case .checkpointFailed, .metricsFailed, .note: break
    default: if isQuiet { return }
    }
    switch event {
    case .note(let note): show(note)
    case .began(let beginning): introduce(beginning)
    case .step(let report, let pace): show(report, pace)
    case .measuring(let share):
      bar.show([.init("measuring: \(Int(100 * share)) %", importance: 0)], share: nil)
    case .epoch(let report): show(report)
    case .sample(let text): line(text + "\n")
    case .checkpoint, .parameters: break
    case .checkpointFailed(let error):
      warn("\(describe(error)); training goes on, and the next checkpoint is tried when it is due")
    case .metricsFailed(let error):
      warn("\(describe(error)); training goes on, and no more is written there")
    case .best(let epoch, let measure):
      let figure = measure.deciding
      line(
        "the validation \(words(figure.name)) was \(figure.isBetterWhenGreater ? "highest" : "lowest"), "
          + "\(decimalText(figure.value, 4)), after epoch \(epoch)")
    case .tested(let measure):
      line("test " + measure.figures.map { words($0, decimals: 4) }.joined(separator: ", "))
    case .wrote(let report):
      written = report
    }
  }

  private var written: WrittenReport?

  /// Says that the model is written, and why the run ended.
  func conclude(_ ending: RunEnding) {
    guard !isQuiet, let written else { return }
    let choice =
      written.step < written.stepCount ? ", the best model, of step \(written.step)," : ""
    let reason =
      switch ending {
      case .done: ""
      case .outOfPatience: ": validation has stopped improving"
      case .timeLimit: ": the time limit is reached"
      case .interrupted: ": interrupted"
      }
    line(
      "wrote \(written.path)\(choice) after step \(written.stepCount) of \(written.totalSteps), "
        + "\(clockText(written.seconds))\(reason)")
  }

  /// Removes the bar, so that something else can be shown.
  func clear() { bar.clear() }

  // MARK: Events

  private func line(_ text: String) {
    bar.clear()
    Console.message(text)
  }

  private func warn(_ text: String) {
    guard !isQuiet else { return }
    line("warning: \(text)")
  }

  private func show(_ note: RunNote) {
    let text = note.sentence.text(optionName)
    guard !isQuiet else { return }
    line(note.isWarning ? "warning: \(text)" : text)
  }

  private func introduce(_ beginning: RunBeginning) {
    self.beginning = beginning
    let data = beginning.data
    let documents = data.documentCount.map { " in \(countText($0, data.documentName))" } ?? ""
    line(
      "training on \(groupedText(data.tokenCount)) \(data.tokenName)\(documents), "
        + "\(groupedText(data.distinctCount)) distinct, in \(countText(beginning.stepsPerEpoch, "step")) of "
        + "\(beginning.batchSize) × \(beginning.sequenceLength) an epoch")
    line(
      "\(beginning.cell.rawValue) with \(groupedText(beginning.parameterCount)) parameters on "
        + "\(countText(beginning.threadCount, "thread")), \(beginning.optimizer.rawValue) with learning rate "
        + "\(beginning.learningRate), \(beginning.schedule.rawValue)")
    if beginning.stepCount > 0 {
      line(
        "going on after step \(groupedText(beginning.stepCount)) of \(groupedText(beginning.totalSteps))"
      )
    }
  }

  private func show(_ report: StepReport, _ pace: RunPace) {
    switch report.outcome {
    case .updated: break
    case .skipped(let cause):
      warn("\(cause) in step \(report.step), which is skipped")
    case .retreated(let cause, let step):
      warn(
        "\(cause) in step \(report.step); going on from step \(step) with half the learning rate"
      )
    }
    guard report.outcome == .updated, let beginning else { return }
    smoothedLoss = smoothedLoss.map { $0 + (report.loss - $0) / 20 } ?? report.loss
    foretell(pace)
    bar.show(
      status(report, pace, beginning),
      share: Double(report.step) / Double(max(1, beginning.totalSteps)))
  }

  /// What is said about a step, in the order of the line, with the least important parts marked by the highest numbers.
  private func status(
    _ report: StepReport, _ pace: RunPace, _ beginning: RunBeginning
  ) -> [ProgressBar.Part] {
    let loss = smoothedLoss ?? report.loss
    let bits = beginning.data.charactersPerTarget.map {
      "\(decimalText(loss / log(2) / $0, 3)) bits/char"
    }
    return [
      .init("epoch \(report.epoch + 1)/\(beginning.epochs)", importance: 1),
      .init("step \(report.step)/\(beginning.totalSteps)", importance: 4),
      .init("loss \(decimalText(loss, 4))", importance: 0),
      bits.map { .init($0, importance: 5) },
      .init("rate \(shortNumber(report.learningRate))", importance: 6),
      .init("gradient \(shortNumber(report.gradientNorm))", importance: 7),
      .init(rate(pace), importance: 3),
      pace.secondsLeft.map { .init("\(clockText($0)) left", importance: 2) },
    ].compactMap { $0 }
  }

  /// Says how long the run will take, once that can be known and if it is long.
  private func foretell(_ pace: RunPace) {
    guard !hasForetold, watch.seconds >= 1, let seconds = pace.secondsLeft else { return }
    hasForetold = true
    guard seconds >= 20 else { return }
    line("this takes about \(durationText(seconds)) on this machine")
  }

  private func show(_ report: EpochReport) {
    var text =
      "epoch \(report.epoch)/\(report.epochs)  loss \(report.loss.map { decimalText($0, 4) } ?? "none")"
    if let measure = report.validation {
      text += "  validation \(words(measure.deciding, decimals: 4, isLossNamed: false))"
      let others = measure.others.map { words($0, decimals: 3) }
      if !others.isEmpty { text += " (\(others.joined(separator: ", ")))" }
    }
    text += "  \(rate(report.pace))"
    if report.step < report.totalSteps { text += timeLeft(report.pace) }
    line(text)
  }

  // MARK: Words

  private func rate(_ pace: RunPace) -> String {
    "\(groupedText(Int(pace.targetsPerSecond))) \(beginning?.data.targetName ?? "tokens")/s"
  }

  private func timeLeft(_ pace: RunPace) -> String {
    pace.secondsLeft.map { "  \(clockText($0)) left" } ?? ""
  }

  /// A figure with its unit: `3.091 bits/byte`, `accuracy 0.92`.
  private func words(
    _ figure: Measure.Figure, decimals: Int, isLossNamed: Bool = true
  ) -> String {
    let value = decimalText(figure.value, decimals)
    return switch figure.name {
    case "loss": isLossNamed ? "loss \(value)" : value
    case "bitsPerByte": "\(value) bits/byte"
    default: "\(words(figure.name)) \(value)"
    }
  }

  /// `bits per byte` for `bitsPerByte`.
  private func words(_ name: String) -> String {
    let names = ["macroF1": "macro F1", "spanF1": "span F1", "bleu": "BLEU", "chrF": "chrF"]
    if let known = names[name] { return known }
    return name.map { $0.isUppercase ? " \($0.lowercased())" : "\($0)" }.joined()
  }
}
