internal import UnrollModels
internal import UnrollNN
internal import UnrollTensor
public import UnrollText
internal import UnrollTraining

#if canImport(Darwin)
import Darwin
#elseif canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

/// A range test of the learning rate (Smith 2017): some steps with a rate that grows by equal factors, and what the loss does.
public struct LearningRateTest: Sendable {
  /// A step of the test.
  public struct Point: Hashable, Sendable {
    /// The learning rate of the step.
    public let rate: Double
    /// The loss of the step's batch, in nats.
    public let loss: Double
    /// The exponential mean of the losses up to it, in nats.
    public let smoothedLoss: Double
  }

  /// The steps, up to the one where the smoothed loss was four times its least or a number was not finite.
  public let points: [Point]
  /// A rate to train with: a tenth of that with the least smoothed loss. `nil` if the loss never fell.
  public let suggestion: Double?

  /// How much of the mean a step keeps.
  private static var smoothing: Double { 0.9 }

  /// Takes the steps on a model with initial values; nothing is written.
  ///
  /// - Parameters:
  ///   - settings: of the run that a rate is looked for: data, model, optimizer. Its own rate, schedule and length are not used, and nothing is frozen.
  ///   - task: what is learned.
  ///   - rates: the first and the last rate.
  ///   - steps: how many steps are between them, at least 10.
  ///   - processing: how texts are worked through.
  ///   - show: is given notes, and each point with the share that is done. What it throws ends the test.
  /// - Throws: as a run does.
  public init<Task: LearningTask>(
    _ settings: RunSettings<Task.Settings>, of task: Task.Type,
    rates: ClosedRange<Double> = 1e-5...1, steps: Int = 200,
    processing: CorpusProcessing = CorpusProcessing(),
    _ show: (LearningRateTestEvent) throws -> Void = { _ in }
  ) throws {
    try requireSetting(
      rates.lowerBound > 0 && rates.upperBound.isFinite && rates.lowerBound < rates.upperBound,
      "the rates of a test grow from one above 0, not from \(rates.lowerBound) to \(rates.upperBound)"
    )
    try requireSetting(steps >= 10, "a test takes 10 steps or more, not \(steps)")
    let points = try Threads.withCount(settings.threads ?? Threads.count) {
      try Self.points(settings, task, rates, steps, processing, show)
    }
    self.points = points
    // The first steps warm the mean up.
    let best = points.dropFirst(5).min { $0.smoothedLoss < $1.smoothedLoss }
    suggestion = best.flatMap { best in
      best.smoothedLoss < points.first?.loss ?? 0 ? Self.rounded(best.rate / 10) : nil
    }
  }

  private static func points<Task: LearningTask>(
    _ settings: RunSettings<Task.Settings>, _ task: Task.Type, _ rates: ClosedRange<Double>,
    _ steps: Int, _ processing: CorpusProcessing,
    _ show: (LearningRateTestEvent) throws -> Void
  ) throws -> [Point] {
    func noting<Result>(_ body: ((RunNote) -> Void) throws -> Result) throws -> Result {
      try Notes.passing(to: { if case .note(let note) = $0 { try show(.note(note)) } }, body)
    }
    let task = try noting {
      try Task(reading: settings, from: .initialValues, processing: processing, note: $0)
    }
    let complete = settings.completed(by: task.advice)
    let data = try noting { try task.batches(complete, $0) }.data
    var plan = complete.plan(stepsPerEpoch: data.stepsPerEpoch)
    plan.optimizer.learningRate = rates.upperBound
    plan.schedule = LearningRateSchedule(
      .rangeTest(start: rates.lowerBound / rates.upperBound))
    plan.epochs = (steps - 1) / data.stepsPerEpoch + 1
    (plan.stepLimit, plan.patience) = (steps, nil)
    var trainer = Trainer(try task.makeModel(complete), plan: plan)
    var points: [Point] = []
    var (mean, weight, least) = (0.0, 0.0, Double.infinity)
    while !trainer.isDone(on: data) {
      let report = try trainer.step(on: data)
      guard report.outcome == .updated else { break }
      mean = smoothing * mean + (1 - smoothing) * report.loss
      weight = smoothing * weight + (1 - smoothing)
      let point = Point(
        rate: report.learningRate, loss: report.loss, smoothedLoss: mean / weight)
      points.append(point)
      try show(.step(point, share: Double(points.count) / Double(steps)))
      least = min(least, point.smoothedLoss)
      if point.smoothedLoss > 4 * least { break }
    }
    return points
  }

  /// With one digit, as rates are written.
  private static func rounded(_ rate: Double) -> Double {
    let exponent = Int(log10(rate).rounded(.down))
    return Double("\(Int((rate / pow(10, Double(exponent))).rounded()))e\(exponent)") ?? rate
  }
}

/// What happens in a range test.
public enum LearningRateTestEvent: Sendable {
  /// Something that the user should know.
  case note(RunNote)
  /// A step was taken; the share from 0 to 1 that is done.
  case step(LearningRateTest.Point, share: Double)
}
