/// The merges of a byte-pair encoding, in their order.
struct BytePairMerges: Hashable, Sendable {
  /// A pair of tokens that becomes one.
  struct Merge: Hashable, Sendable {
    let rank: Int
    let token: Token
  }

  /// The pairs that become one token, the earlier ones first.
  let pairs: [TokenPair]

  private let tokenOfByte: [Token]
  private let merges: [TokenPair: Merge]

  /// The token of a byte alone.
  func token(of byte: UInt8) -> Token { tokenOfByte[Int(byte)] }

  /// What a pair becomes, or `nil` if it stays two tokens.
  subscript(pair: TokenPair) -> Merge? { merges[pair] }

  /// Restores merges, each two entries of a vocabulary with a space between them.
  ///
  /// Throws `TextError` if the vocabulary lacks a byte, a part of a merge or what it becomes.
  init(_ descriptions: [String], in vocabulary: Vocabulary) throws {
    tokenOfByte = try ByteAlphabet.scalars.enumerated().map { byte, scalar in
      guard let token = vocabulary.token(for: String(scalar)) else {
        throw TextError(
          .invalidDescription,
          "a byte-pair vocabulary needs an entry for each of the 256 bytes, and byte \(byte) has none"
        )
      }
      return token
    }
    var pairs: [TokenPair] = []
    var merges: [TokenPair: Merge] = [:]
    for (rank, merge) in descriptions.enumerated() {
      let parts = merge.split(separator: " ", omittingEmptySubsequences: false).map(String.init)
      guard parts.count == 2, let first = vocabulary.token(for: parts[0]),
        let second = vocabulary.token(for: parts[1]),
        let merged = vocabulary.token(for: parts[0] + parts[1])
      else {
        throw TextError(
          .invalidDescription,
          "merge \(rank) of the byte-pair encoding, \(merge.debugDescription), is not two entries "
            + "of the vocabulary that make a third")
      }
      let pair = TokenPair(first: first, second: second)
      pairs.append(pair)
      merges[pair] = Merge(rank: rank, token: merged)
    }
    self.pairs = pairs
    self.merges = merges
  }

  /// The merges, each as two entries with a space between them.
  func descriptions(in vocabulary: Vocabulary) -> [String] {
    pairs.map { pair in
      [pair.first, pair.second].compactMap(vocabulary.entry).joined(separator: " ")
    }
  }
}
