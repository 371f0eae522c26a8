internal import UnrollText

/// The last tokens of a text, at least as many as some settings look back.
struct RecentTokens: Sendable {
  private(set) var tokens: [Token]
  private let reach: Int

  init(_ tokens: [Token], reach: Int) {
    self.tokens = tokens
    self.reach = min(reach, 1 << 40)
  }

  mutating func append(_ token: Token) {
    tokens.append(token)
    if tokens.count >= 2 * reach { tokens.removeFirst(tokens.count - reach) }
  }
}
