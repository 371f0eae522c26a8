import ArgumentParser
import Unroll
import UnrollModels
import UnrollText

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

  @Option(
    help:
      "Draw only from the most typical tokens, neither too likely nor too unlikely, that together have this probability."
  )
  var typical: Float?

  @Option(help: "Divide the logits of recent tokens by this; 1 for none.")
  var repetitionPenalty: Float = 1

  @Option(help: "Take this from the logit of each token that is among the recent ones.")
  var presencePenalty: Float = 0

  @Option(help: "Take this from a token's logit for each time that it is among the recent ones.")
  var frequencyPenalty: Float = 0

  @Option(help: "How many tokens back the penalties look.")
  var penaltyWindow = Sampling.defaultPenaltyWindow

  @Option(
    parsing: .unconditionalSingleValue,
    help: ArgumentHelp(
      "Add a number to the logit of a token, for instance e=-2; can be given several times.",
      valueName: "token=number"))
  var bias: [TokenBias] = []

  @Option(
    help: ArgumentHelp(
      "Never write the token with this number, as --json shows it; can be given several times.",
      valueName: "number"))
  var banToken: [Token] = []

  @Flag(help: "Let the token for unknown text come up, written as U+FFFD.")
  var allowUnknown = false

  @Option(help: "The same seed gives the same text (default: 0, or that of --load-state).")
  var seed: UInt64?

  /// All but the bias, which takes a vocabulary.
  private var sampling: Sampling {
    Sampling(
      temperature: greedy ? 0 : temperature ?? 1, topK: topK, topP: topP, minP: minP,
      typicalP: typical, repetitionPenalty: repetitionPenalty, presencePenalty: presencePenalty,
      frequencyPenalty: frequencyPenalty, penaltyWindow: penaltyWindow,
      bannedTokens: Set(banToken), allowsUnknown: allowUnknown)
  }

  /// Whether something is said about drawing.
  var drawsInSomeWay: Bool {
    temperature != nil || topK != nil || topP != nil || minP != nil || typical != nil
  }

  func sampling(for tokenizer: Tokenizer) throws -> Sampling {
    var sampling = sampling
    for bias in bias {
      let tokens = try tokenizer.encode(bias.text)
      guard tokens.count == 1 else {
        throw Failure(
          status: 64,
          description:
            "--bias is about one token, and \(bias.text.debugDescription) is \(tokens.count) of this model"
        )
      }
      sampling.bias[tokens[0]] = bias.amount
    }
    return sampling
  }

  func validate() throws {
    try require(
      !greedy || !drawsInSomeWay,
      "--greedy leaves nothing to draw: give it without --temperature, --top-k, --top-p, --min-p and --typical"
    )
    do {
      try sampling.validate()
    } catch {
      throw ValidationError("\(error)")
    }
  }
}

/// A value of `--bias`.
struct TokenBias: ExpressibleByArgument {
  let text: String
  let amount: Float

  init?(argument: String) {
    guard let sign = argument.lastIndex(of: "="), sign > argument.startIndex,
      let amount = Float(argument[argument.index(after: sign)...]), amount.isFinite
    else { return nil }
    text = String(argument[..<sign])
    self.amount = amount
  }
}
