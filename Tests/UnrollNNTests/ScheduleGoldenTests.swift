import Testing
import UnrollFormats
import UnrollNN

/// Learning rates equal to those of PyTorch's schedulers, where both express the same schedule.
///
/// Not expressed: a warm-up that is followed by the full rate in its first step after it rather than in its last (PyTorch's
/// LinearLR within SequentialLR).
struct ScheduleGoldenTests {
  struct Row: Sendable, CustomStringConvertible {
    let name: String
    let schedule: LearningRateSchedule
    var totalSteps = 16
    var description: String { name }
  }

  /// A PyTorch scheduler counts its own steps; here they are steps or epochs, of which each has one step.
  static let rows: [Row] = [
    Row(name: "constant", schedule: .init(.constant)),
    // Five steps up to the whole rate: a fifth of it first, as with LinearLR's start_factor 0.2.
    Row(name: "linear-warmup", schedule: .init(.constant, warmupSteps: 5)),
    Row(name: "linear", schedule: .init(.linear(final: 0)), totalSteps: 12),
    Row(name: "cosine", schedule: .init(.cosine(final: 0)), totalSteps: 15),
    Row(name: "cosine-minimum", schedule: .init(.cosine(final: 0.1)), totalSteps: 15),
    Row(
      name: "cosine-restarts", schedule: .init(.cosineRestarts(final: 0.05, epochs: 2, growth: 2))),
    Row(
      name: "cosine-restarts-even",
      schedule: .init(.cosineRestarts(final: 0, epochs: 3, growth: 1))),
    Row(name: "one-cycle", schedule: .init(.oneCycle(start: 0.04, rise: 0.3, final: 4e-6))),
    Row(name: "one-cycle-early", schedule: .init(.oneCycle(start: 0.1, rise: 0.45, final: 1e-3))),
    Row(name: "step", schedule: .init(.step(factor: 0.5, epochs: 4))),
    Row(name: "exponential", schedule: .init(.exponential(factor: 0.9, delay: 0))),
  ]

  @Test(arguments: rows)
  func learningRatesAreThoseOfPyTorch(_ row: Row) throws {
    let golden = try GoldenFile.json("schedules.json")
    let cases = try golden["cases"].array()
    let expected = try #require(cases.first { try $0["name"].string() == row.name })
    let rate = try golden["learningRate"].double()
    for (step, field) in try expected["learningRates"].array().enumerated() {
      let actual =
        rate
        * row.schedule.factor(step: step, totalSteps: row.totalSteps, stepsPerEpoch: 1)
      let wanted = try field.double()
      #expect(abs(actual - wanted) <= 1e-12 * abs(wanted), "step \(step)")
    }
  }

  /// A rise of one step or less is none.
  @Test(arguments: 1...12) func shortCyclesHaveFiniteRates(steps: Int) {
    for rise in [0.1, 0.25, 0.5] {
      let schedule = LearningRateSchedule(.oneCycle(start: 0.04, rise: rise, final: 0))
      for step in 0..<steps {
        let factor = schedule.factor(step: step, totalSteps: steps, stepsPerEpoch: 1)
        #expect((0...1).contains(factor), "\(rise), step \(step) of \(steps)")
      }
    }
  }
}
