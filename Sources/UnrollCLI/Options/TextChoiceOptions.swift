import ArgumentParser
import Unroll
import UnrollModels

/// Which texts are written and shown, and how.
struct TextChoiceOptions: ParsableArguments {
  @Option(help: "How many texts to write.")
  var count = 1

  @Option(
    help: ArgumentHelp(
      "Write so many texts for each one, and show the one that the model finds likeliest.",
      valueName: "texts"))
  var bestOf: Int?

  @Option(
    help: ArgumentHelp(
      "Search for the likeliest texts, keeping so many at each step (beam search), instead of drawing.",
      valueName: "texts"))
  var beams: Int?

  @Option(
    help:
      "Of a beam search: divide a text's log-probability by this power of its length; 0 favours short texts (default: 1)."
  )
  var lengthPenalty: Double?

  @Flag(
    help:
      "Print a line of JSON for each token, or with --best-of and --beams for each text, with log-probabilities."
  )
  var json = false

  @Option(
    help: ArgumentHelp(
      "With --json, list this many of the likeliest tokens in each place.", valueName: "tokens"))
  var likeliest = 0

  func validate() throws {
    try require((1...10_000).contains(count), "--count is 1 to 10000, not \(count)")
    if let bestOf {
      try require((1...10_000).contains(bestOf), "--best-of is 1 to 10000, not \(bestOf)")
    }
    if let beams {
      try require((1...10_000).contains(beams), "--beams is 1 to 10000, not \(beams)")
      try require(
        count <= beams,
        "--beams finds \(beams) texts, and --count asks for \(count): give more beams")
      try require(bestOf == nil, "--beams and --best-of are two ways to choose: give one of them")
    }
    if let lengthPenalty {
      try require(beams != nil, "--length-penalty belongs to --beams: give both")
      try require(
        lengthPenalty.isFinite, "--length-penalty is a finite number, not \(lengthPenalty)")
    }
    try require(likeliest >= 0, "--likeliest is 0 or more, not \(likeliest)")
    try require(likeliest == 0 || json, "--likeliest belongs to --json: give both")
  }
}
