public import UnrollText

/// A token of a text in the making, and the text that it completes.
public struct TextPiece: Sendable, Hashable {
  /// Whose token it is: the number that `Generation.add(_:)` gave, or that of a text of a `TextStream`, from 0.
  public let row: Int
  /// The token; `nil` only where none could be chosen and `ending` says why.
  public let token: Token?
  /// The natural logarithm of the token's probability in the model's own distribution: before temperature, penalties, bans and
  /// anything else. −∞ where there is no token.
  public let logProbability: Float
  /// The likeliest tokens of that distribution, as many as were asked for, the likeliest first.
  public let likeliest: [LikelyToken]
  /// The text that may be shown now: never half a scalar, never part of a stop text.
  public let text: String
  /// Why this is the last piece of its text; `nil` where it is not.
  public let ending: TextEnding?
}

/// A token and its probability.
public struct LikelyToken: Sendable, Hashable {
  /// The token.
  public let token: Token
  /// The natural logarithm of its probability.
  public let logProbability: Float
}

/// Why a text has ended.
public enum TextEnding: Sendable, Hashable {
  /// It has as many tokens as were asked for.
  case length
  /// This stop text came up, which is not part of the text.
  case stopText(String)
  /// The model ended the document.
  case endOfDocument
  /// It matches its constraint, and nothing that could follow would.
  case complete
  /// No token could be chosen.
  case failed(ModelError)
}
