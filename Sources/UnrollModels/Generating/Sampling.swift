public import UnrollText

/// How the next token is chosen from its logits.
///
/// The settings apply in the order of Hugging Face's `generate`: bias, repetition penalty, then OpenAI's presence and frequency
/// penalties, bans; then temperature, top-k, top-p, min-p, typical. Each of the last four works on what the ones before it
/// left, as probabilities that add up to one. Where tokens at a border are equally likely, those with the lower numbers stay.
public struct Sampling: Sendable, Hashable {
  /// What logits are divided by: below 1 the likely becomes likelier; 0 always takes the likeliest.
  public var temperature: Float
  /// Only the k likeliest tokens stay.
  public var topK: Int?
  /// Only the likeliest tokens that together reach this probability stay (Holtzman et al. 2020).
  public var topP: Float?
  /// Only tokens at least this times as likely as the likeliest stay (Nguyen et al. 2024).
  public var minP: Float?
  /// Only the tokens whose surprise is nearest to the entropy, and that together reach this probability, stay
  /// (locally typical sampling, Meister et al. 2022).
  public var typicalP: Float?
  /// What the logits of recent tokens are divided by where positive, multiplied by where negative (CTRL, Keskar et al. 2019).
  public var repetitionPenalty: Float
  /// What is taken from the logit of each token that is among the recent ones (OpenAI).
  public var presencePenalty: Float
  /// What is taken from a token's logit for each time that it is among the recent ones (OpenAI).
  public var frequencyPenalty: Float
  /// How many tokens back the three penalties look, the prompt's included.
  public var penaltyWindow: Int
  /// What is added to the logits of some tokens.
  public var bias: [Token: Float]
  /// Tokens that are never chosen.
  public var bannedTokens: Set<Token>
  /// Whether the entry for unknown text may be chosen, which decodes to U+FFFD.
  public var allowsUnknown: Bool

  /// How many tokens back the penalties look unless told otherwise.
  public static let defaultPenaltyWindow = 64

  /// The likeliest token, always.
  public static let greedy = Sampling(temperature: 0)

  /// Creates settings; by default, tokens are drawn with the model's own probabilities.
  public init(
    temperature: Float = 1, topK: Int? = nil, topP: Float? = nil, minP: Float? = nil,
    typicalP: Float? = nil, repetitionPenalty: Float = 1, presencePenalty: Float = 0,
    frequencyPenalty: Float = 0, penaltyWindow: Int = defaultPenaltyWindow,
    bias: [Token: Float] = [:], bannedTokens: Set<Token> = [], allowsUnknown: Bool = false
  ) {
    self.temperature = temperature
    self.topK = topK
    self.topP = topP
    self.minP = minP
    self.typicalP = typicalP
    self.repetitionPenalty = repetitionPenalty
    self.presencePenalty = presencePenalty
    self.frequencyPenalty = frequencyPenalty
    self.penaltyWindow = penaltyWindow
    self.bias = bias
    self.bannedTokens = bannedTokens
    self.allowsUnknown = allowsUnknown
  }

  /// - Throws: `ModelError` if a setting is out of range.
  public func validate() throws {
    try require(
      temperature >= 0 && temperature.isFinite, "The temperature is 0 or more, not \(temperature)")
    try require(topK.map { $0 > 0 } ?? true, "top-k is 1 or more, not \(topK ?? 0)")
    try require(
      topP.map { $0 > 0 && $0 <= 1 } ?? true, "top-p is above 0 and at most 1, not \(topP ?? 0)")
    try require(minP.map { $0 >= 0 && $0 <= 1 } ?? true, "min-p is 0 ... 1, not \(minP ?? 0)")
    try require(
      typicalP.map { $0 > 0 && $0 <= 1 } ?? true,
      "The typical probability is above 0 and at most 1, not \(typicalP ?? 0)")
    try require(
      repetitionPenalty > 0 && repetitionPenalty.isFinite,
      "The repetition penalty is above 0 (1: none), not \(repetitionPenalty)")
    try require(
      presencePenalty.isFinite, "The presence penalty is a finite number, not \(presencePenalty)")
    try require(
      frequencyPenalty.isFinite,
      "The frequency penalty is a finite number, not \(frequencyPenalty)")
    try require(
      penaltyWindow >= 0, "The window of the penalties is 0 or more tokens, not \(penaltyWindow)")
    for (token, amount) in bias {
      try require(
        amount.isFinite, "The bias of token \(token) is a finite number, not \(amount)")
    }
  }

  /// - Throws: `ModelError` if a setting is out of range, or about a token that the vocabulary does not have.
  public func validate(for vocabulary: Vocabulary) throws {
    try validate()
    for token in bias.keys.sorted() + bannedTokens.sorted() {
      try require(
        0 <= token && token < vocabulary.count,
        "There is no token \(token): the vocabulary has the tokens 0 ... \(vocabulary.count - 1)")
    }
    let banned = Set(unwritable(in: vocabulary)).union(bannedTokens)
    try require(
      banned.count < vocabulary.count, "All tokens of the vocabulary are banned: leave at least one"
    )
  }

  /// The reserved entries that are never chosen.
  func unwritable(in vocabulary: Vocabulary) -> [Token] {
    vocabulary.reserved
      .filter { $0 != .end && !($0 == .unknown && allowsUnknown) }
      .compactMap { vocabulary.token(for: $0) }
  }

  /// Whether the recent tokens matter.
  var hasPenalties: Bool {
    repetitionPenalty != 1 || presencePenalty != 0 || frequencyPenalty != 0
  }
}

/// - Throws: `ModelError` of invalid sampling unless the condition holds.
func require(_ condition: Bool, _ message: @autoclosure () -> String) throws {
  if !condition { throw ModelError(.invalidSampling, message()) }
}
