public import UnrollText

/// A text to be written: what it goes on from, how its tokens are chosen, and when it ends.
public struct GenerationRequest: Sendable {
  /// What a text goes on from.
  public enum Prompt: Sendable {
    /// Text, encoded by the model's tokenizer.
    case text(String)
    /// Tokens of the model's vocabulary.
    case tokens(Tokens)
  }

  /// What the text goes on from. Where the vocabulary has an entry for the beginning of a document, or its end, the prompt is
  /// the beginning of a document and may be empty.
  public var prompt: Prompt
  /// A text to go on with, whose state `Generation.state(of:)` gave: the prompt comes behind it and may be empty.
  public var state: TextState?
  /// What to do with text of the prompt that the vocabulary lacks; what the tokenizer does if not given.
  public var unknown: UnknownPolicy?
  /// The most tokens to write, 0 or more.
  public var length: Int
  /// How tokens are chosen.
  public var sampling: Sampling
  /// The same seed gives the same text. Without one a text with a `state` draws on as it would have, others as with 0.
  public var seed: UInt64?
  /// Which text of that seed.
  public var number: UInt64
  /// Texts that end the text and are not part of it.
  public var stop: [String]
  /// What the whole text has to match.
  public var constraint: TextConstraint?
  /// How much may be copied from a known text.
  public var copyLimit: CopyLimit?
  /// How many of the likeliest tokens each piece lists.
  public var likeliestCount: Int

  /// Creates a request.
  public init(
    prompt: String = "", state: TextState? = nil, unknown: UnknownPolicy? = nil, length: Int,
    sampling: Sampling = Sampling(), seed: UInt64? = nil, number: UInt64 = 0, stop: [String] = [],
    constraint: TextConstraint? = nil, copyLimit: CopyLimit? = nil, likeliestCount: Int = 0
  ) {
    self.prompt = .text(prompt)
    self.state = state
    self.unknown = unknown
    self.length = length
    self.sampling = sampling
    self.seed = seed
    self.number = number
    self.stop = stop
    self.constraint = constraint
    self.copyLimit = copyLimit
    self.likeliestCount = likeliestCount
  }

  /// - Throws: `ModelError` if a setting is out of range or does not fit the model.
  public func validate(for model: LanguageModel) throws {
    try sampling.validate(for: model.tokenizer.vocabulary)
    try require(length >= 0, "The length is 0 or more tokens, not \(length)")
    try require(
      !stop.contains(""), "A stop text has at least one character: leave the empty one out")
    try require(
      likeliestCount >= 0, "The number of likeliest tokens is 0 or more, not \(likeliestCount)")
    try constraint?.validate(for: self, model)
    try copyLimit?.validate(for: model)
    try state?.validate(for: model)
  }
}
