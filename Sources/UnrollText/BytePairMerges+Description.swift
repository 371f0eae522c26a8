extension BytePairMerges {
  /// Restores merges, each two entries of a vocabulary with a space between them.
  ///
  /// Throws `TextError` if the vocabulary lacks a byte, a part of a merge or what it becomes.
  init(_ merges: [String], in vocabulary: Vocabulary) throws {
    let tokenOfByte = try ByteAlphabet.scalars.enumerated().map { byte, scalar in
      guard let token = vocabulary.token(for: String(scalar)) else {
        throw TextError(
          .invalidDescription,
          "A byte-pair vocabulary needs an entry for each of the 256 bytes; byte \(byte) has none.")
      }
      return token
    }
    var pairs: [TokenPair] = []
    var tokens: [Token] = []
    for (rank, merge) in merges.enumerated() {
      let parts = merge.split(separator: " ", omittingEmptySubsequences: false).map(String.init)
      guard parts.count == 2, let first = vocabulary.token(for: parts[0]),
        let second = vocabulary.token(for: parts[1]),
        let merged = vocabulary.token(for: parts[0] + parts[1])
      else {
        throw TextError(
          .invalidDescription,
          "Merge \(rank) of the byte-pair encoding, \(merge.debugDescription), is not two entries "
            + "of the vocabulary that make a third.")
      }
      pairs.append(TokenPair(first: first, second: second))
      tokens.append(merged)
    }
    self.init(tokenOfByte: tokenOfByte, pairs: pairs, tokens: tokens)
  }

  /// The merges, each as two entries with a space between them.
  func description(in vocabulary: Vocabulary) -> [String] {
    pairs.map { pair in
      [pair.first, pair.second].compactMap(vocabulary.entry).joined(separator: " ")
    }
  }
}
