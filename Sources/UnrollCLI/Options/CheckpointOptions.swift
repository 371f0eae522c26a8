import ArgumentParser

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

  @Option(help: "How many checkpoints to keep, beside that with the best validation loss.")
  var keepLast = 2

  @Option(
    help:
      "Go on with the run whose checkpoints are in this folder; needs nothing else, and takes options that do not change the result."
  )
  var resume: String?

  @Option(
    help: "Begin a new run with the weights and the architecture of this model.")
  var initFrom: String?

  func validate() throws {
    try require(
      resume == nil || initFrom == nil,
      "--resume goes on with a run and --init-from begins a new one: give one of them")
    try require(
      resume == nil || folder == nil,
      "--resume goes on writing to its own folder: give it without --checkpoint")
    try require(
      interval == nil || folder != nil || resume != nil, "--checkpoint-every needs --checkpoint")
    try require(keepLast > 0, "--keep-last is 1 or more, not \(keepLast)")
  }
}

/// A number of steps or a span of time.
enum CheckpointInterval: ExpressibleByArgument, CustomStringConvertible {
  case steps(Int)
  case time(TimeSpan)

  init?(argument: String) {
    if let steps = Int(argument) {
      guard steps > 0 else { return nil }
      self = .steps(steps)
    } else {
      guard let span = TimeSpan(argument: argument) else { return nil }
      self = .time(span)
    }
  }

  var description: String {
    switch self {
    case .steps(let count): "\(count)"
    case .time(let span): "\(span)"
    }
  }
}
