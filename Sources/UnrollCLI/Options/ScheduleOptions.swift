import ArgumentParser
import UnrollRuns

/// How the learning rate changes, and which mean of the weights is kept.
struct ScheduleOptions: ParsableArguments {
  @Option(
    help:
      "How the learning rate changes: cosine falls to 2 %, cosine-restarts does so again and again, each time over twice as many epochs, one-cycle rises over 30 % of the run and falls to nothing, linear falls to 0, step halves four times, exponential is ×0.95 an epoch, plateau quarters when validation stops improving (default: cosine)."
  )
  var schedule: ScheduleChoice?

  @Option(help: "Steps over which the learning rate grows from nothing (default: 0).")
  var warmupSteps: Int?

  @Option(
    help:
      "The factor of the rate at the end of cosine, cosine-restarts, one-cycle and linear; of plateau the least one."
  )
  var finalFactor: Double?

  @Option(help: "What step, exponential and plateau multiply the rate by.")
  var decayFactor: Double?

  @Option(help: "Epochs between two falls of step, and of the first cycle of cosine-restarts.")
  var decayEvery: Int?

  @Option(help: "Epochs before exponential begins to fall (default: 0).")
  var decayAfter: Int?

  @Option(help: "Epochs without an improvement that plateau allows (default: 0).")
  var plateauPatience: Int?

  @Option(
    help:
      "The share of the best loss by which a loss has to be below it for plateau (default: 0).")
  var plateauThreshold: Double?

  @Option(help: "Epochs after a fall in which plateau counts nothing (default: 0).")
  var plateauCooldown: Int?

  @Option(
    help:
      "Measure and write a mean of the weights over the steps: none, exponential, or when-stalled, that of all steps since validation stopped improving (default: none)."
  )
  var average: AverageChoice?

  @Option(help: "How much of the exponential mean a step keeps (default: 0.999).")
  var averageDecay: Double?

  @Option(
    help: "The measures that a better one may lie back before when-stalled begins (default: 5).")
  var averageInterval: Int?

  /// Replaces what was typed.
  func apply<Task>(to settings: inout RunSettings<Task>) {
    take(schedule, into: &settings.schedule.schedule)
    take(warmupSteps, into: &settings.schedule.warmupSteps)
    take(finalFactor, into: &settings.schedule.finalFactor)
    take(decayFactor, into: &settings.schedule.decayFactor)
    take(decayEvery, into: &settings.schedule.decayEvery)
    take(decayAfter, into: &settings.schedule.decayAfter)
    take(plateauPatience, into: &settings.schedule.plateauPatience)
    take(plateauThreshold, into: &settings.schedule.plateauThreshold)
    take(plateauCooldown, into: &settings.schedule.plateauCooldown)
    take(average, into: &settings.averaging.average)
    take(averageDecay, into: &settings.averaging.averageDecay)
    take(averageInterval, into: &settings.averaging.averageInterval)
  }
}
