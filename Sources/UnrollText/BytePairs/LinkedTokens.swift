/// Words as rows of tokens in one buffer, in which neighbours can be merged in constant time.
///
/// A token stays at the position of its first byte; -1 stands for the end of a word.
struct LinkedTokens {
  private var tokens: [Token] = []
  private var previous: [Int] = []
  private var next: [Int] = []

  var count: Int { tokens.count }

  subscript(position: Int) -> Token { tokens[position] }

  mutating func removeAll() {
    tokens.removeAll(keepingCapacity: true)
    previous.removeAll(keepingCapacity: true)
    next.removeAll(keepingCapacity: true)
  }

  mutating func appendWord(_ word: some Collection<Token>) {
    let start = count
    for (offset, token) in word.enumerated() {
      tokens.append(token)
      previous.append(offset == 0 ? -1 : start + offset - 1)
      next.append(offset == word.count - 1 ? -1 : start + offset + 1)
    }
  }

  func position(before position: Int) -> Int { previous[position] }

  func position(after position: Int) -> Int { next[position] }

  /// The token at a position and the one after it; `nil` at the end of a word and at a position
  /// whose token was merged into the one before.
  func pair(at position: Int) -> TokenPair? {
    let following = next[position]
    guard following >= 0, tokens[position] >= 0 else { return nil }
    return TokenPair(first: tokens[position], second: tokens[following])
  }

  /// Puts one token in the place of the pair at a position.
  mutating func mergePair(at position: Int, into token: Token) {
    let merged = next[position]
    tokens[position] = token
    tokens[merged] = -1
    next[position] = next[merged]
    if next[merged] >= 0 { previous[next[merged]] = position }
  }
}
