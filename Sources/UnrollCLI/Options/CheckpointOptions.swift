import ArgumentParser
import UnrollRuns

/// Where checkpoints go, how often, and what a run begins from.
struct CheckpointOptions: ParsableArguments {
  @Option(
    name: .customLong("checkpoint"),
    help: "Keep checkpoints in this folder, so that --resume can go on from them to the bit.")
  var folder: String?

  @Option(
    name: .customLong("checkpoint-every"),
    help:
      "How often: a number of steps, or a time such as 90s, 10m, 2h (default: every epoch and every 10m)."
  )
  var interval: CheckpointInterval?

  @Option(
    help: "How many checkpoints to keep, beside that with the best validation loss (default: 2).")
  var keepLast: Int?

  @Option(
    help:
      "Go on with the run whose checkpoints are in this folder; needs nothing else, and takes options that do not change the result."
  )
  var resume: String?

  @Option(
    help: "Begin a new run with the weights and the architecture of this model.")
  var initFrom: String?

  /// Replaces what was typed.
  func apply(to outputs: inout OutputSettings) {
    take(folder, into: &outputs.checkpoint)
    take(interval, into: &outputs.checkpointEvery)
    take(keepLast, into: &outputs.keepLast)
  }

  func validate() throws {
    try require(
      resume == nil || initFrom == nil,
      "--resume goes on with a run and --init-from begins a new one: give one of them")
    try require(
      resume == nil || folder == nil,
      "--resume goes on writing to its own folder: give it without --checkpoint")
  }
}
