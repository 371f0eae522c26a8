public import UnrollText

/// A text with what the model thinks of it.
public struct ScoredText: Sendable, Hashable {
  /// The text.
  public internal(set) var text = ""
  /// Its tokens, the end of the document included if it came.
  public internal(set) var tokens: [Token] = []
  /// The sum of their log-probabilities in the model's own distribution, in nats.
  public internal(set) var logProbability = 0.0
  /// Why it has ended.
  public internal(set) var ending: TextEnding?

  /// The log-probability for each token; 0 for no token.
  public var meanLogProbability: Double {
    tokens.isEmpty ? 0 : logProbability / Double(tokens.count)
  }

  mutating func append(_ piece: TextPiece) {
    text += piece.text
    ending = piece.ending
    guard let token = piece.token else { return }
    tokens.append(token)
    logProbability += Double(piece.logProbability)
  }
}
