public import UnrollText

/// How likely a model found a token of a text.
public struct TokenScore: Sendable, Hashable {
  /// The token.
  public let token: Token
  /// The natural logarithm of its probability; `nil` for a token that nothing stands before.
  public let logProbability: Float?
  /// Its place among all tokens by probability: 1 for the likeliest, and the least for several that are equally likely; `nil`
  /// likewise.
  public let rank: Int?
  /// The likeliest tokens in its place, as many as were asked for.
  public let likeliest: [LikelyToken]

  /// A token that is not predicted.
  init(token: Token) {
    self.init(token: token, logProbability: nil, rank: nil, likeliest: [])
  }

  init(token: Token, logProbability: Float?, rank: Int?, likeliest: [LikelyToken]) {
    self.token = token
    self.logProbability = logProbability
    self.rank = rank
    self.likeliest = likeliest
  }

  /// A token by the log-probabilities of all, `[V]`.
  init(
    token: Token, logProbabilities: UnsafeBufferPointer<Float>, likeliestCount: Int
  ) {
    let own = logProbabilities[Int(token)]
    self.init(
      token: token, logProbability: own, rank: logProbabilities.count { $0 > own } + 1,
      likeliest: likeliestCount == 0 ? [] : .init(of: logProbabilities, count: likeliestCount))
  }

  /// −log2 of the probability: the information of the token, in bits (Shannon 1948).
  public var bits: Double? { logProbability.map { Double(-$0) / natsPerBit } }
}

/// ln 2.
package let natsPerBit = 0.693_147_180_559_945_3
