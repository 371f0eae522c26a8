import ArgumentParser
import Unroll
import UnrollModels

/// How the next token is chosen.
struct SamplingOptions: ParsableArguments {
  @Flag(help: "Always take the likeliest token.")
  var greedy = false

  @Option(help: "Below 1 the likely becomes likelier, above 1 less so (default: 1).")
  var temperature: Float?

  @Option(help: "Draw only from the k likeliest tokens.")
  var topK: Int?

  @Option(help: "Draw only from the likeliest tokens that together have this probability.")
  var topP: Float?

  @Option(help: "Draw only from tokens with at least this fraction of the best probability.")
  var minP: Float?

  @Option(help: "Divide the logits of recent tokens by this; 1 for none.")
  var repetitionPenalty: Float = 1

  @Flag(help: "Let the token for unknown text come up, written as U+FFFD.")
  var allowUnknown = false

  var sampling: Sampling {
    Sampling(
      temperature: greedy ? 0 : temperature ?? 1, topK: topK, topP: topP, minP: minP,
      repetitionPenalty: repetitionPenalty, allowsUnknown: allowUnknown)
  }

  func validate() throws {
    try require(
      !greedy || (temperature == nil && topK == nil && topP == nil && minP == nil),
      "--greedy leaves nothing to draw: give it without --temperature, --top-k, --top-p and --min-p"
    )
    do {
      try sampling.validate()
    } catch {
      throw ValidationError("\(error)")
    }
  }
}
