import ArgumentParser
import Unroll
import UnrollModels
import UnrollText

/// What a text has to be, and where it ends.
struct TextLimitOptions: ParsableArguments {
  @Option(help: "How many tokens to write after the prompt.")
  var length = 500

  @Option(
    parsing: .unconditionalSingleValue,
    help: "End before this text comes up; can be given several times.")
  var stop: [String] = []

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      #"Write only a text that matches this regular expression as a whole, for instance '\d{4}-\d\d-\d\d'."#,
      valueName: "pattern"))
  var regex: String?

  @Option(
    parsing: .unconditionalSingleValue,
    help: ArgumentHelp(
      "Write only a text that has this in it; can be given several times.", valueName: "text"))
  var require: [String] = []

  @Option(
    parsing: .unconditionalSingleValue,
    help: ArgumentHelp("Never write this text; can be given several times.", valueName: "text"))
  var ban: [String] = []

  @Option(
    help: ArgumentHelp(
      "Copy at most so many tokens in a row from the text of --known-text.", valueName: "tokens"))
  var noCopy: Int?

  @Option(
    help: ArgumentHelp(
      "The text of --no-copy, a file or folder (default: that of --novelty).", valueName: "corpus"))
  var knownText: String?

  @Option(
    help: ArgumentHelp(
      "Report how much of what is written is also in this text, a file or folder.",
      valueName: "corpus"))
  var novelty: String?

  func validate() throws {
    func check(_ condition: Bool, _ message: @autoclosure () -> String) throws {
      try UnrollCLI.require(condition, message())
    }
    try check(length >= 0, "--length is 0 or more, not \(length)")
    try check(!stop.contains(""), "--stop needs a text")
    try check(!self.require.contains(""), "--require needs a text")
    try check(!ban.contains(""), "--ban needs a text")
    try check(
      regex == nil || stop.isEmpty,
      "--stop would cut off what --regex asks for: give one of them")
    if let noCopy {
      try check(noCopy > 0, "--no-copy is 1 or more tokens, not \(noCopy)")
      try check(
        knownText != nil || novelty != nil,
        "--no-copy needs the text that is not to be copied: give it with --known-text")
    }
    try check(knownText == nil || noCopy != nil, "--known-text is the text of --no-copy: give both")
  }

  /// Puts all of this into a request whose sampling is known.
  func apply(
    to request: inout GenerationRequest, for model: LanguageModel, _ known: KnownTexts
  ) throws {
    request.length = length
    request.stop = stop
    if regex != nil || !self.require.isEmpty || !ban.isEmpty {
      request.constraint = try TextConstraint(
        pattern: regex, required: self.require, banned: ban, for: model.tokenizer,
        excluding: request.sampling.bannedTokens)
    }
    if let noCopy, let text = knownText ?? novelty {
      request.copyLimit = CopyLimit(try known.index(of: text), tokenCount: noCopy)
    }
  }
}
