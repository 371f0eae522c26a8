/// Two neighbouring tokens, in the order of the first, then of the second.
struct TokenPair: Hashable, Comparable, Sendable {
  let first: Token
  let second: Token

  static func < (one: Self, other: Self) -> Bool {
    (one.first, one.second) < (other.first, other.second)
  }

  func hash(into hasher: inout Hasher) {
    hasher.combine(UInt64(UInt32(bitPattern: first)) << 32 | UInt64(UInt32(bitPattern: second)))
  }
}
