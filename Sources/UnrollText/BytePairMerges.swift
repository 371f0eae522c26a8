/// The merges of a byte-pair encoding, in their order, and encoding with them.
struct BytePairMerges: Hashable, Sendable {
  /// The pairs that become one token, the earlier ones first.
  let pairs: [TokenPair]

  private let tokenOfByte: [Token]
  private let merges: [TokenPair: Merge]

  private struct Merge: Hashable {
    let rank: Int
    let token: Token
  }

  /// Creates merges; `tokens` are what the pairs become.
  init(tokenOfByte: [Token], pairs: [TokenPair], tokens: [Token]) {
    self.tokenOfByte = tokenOfByte
    self.pairs = pairs
    var merges: [TokenPair: Merge] = [:]
    for (rank, (pair, token)) in zip(pairs, tokens).enumerated() {
      merges[pair] = Merge(rank: rank, token: token)
    }
    self.merges = merges
  }

  /// Appends the tokens of a text.
  func encode(_ utf8: UnsafeBufferPointer<UInt8>, into tokens: inout [Token]) {
    var known = PieceTable()
    var starts: [Int] = []
    var encoded: [Token] = []
    var links = LinkedTokens()
    TokenizerKind.bpe.forEachPiece(in: utf8) { piece in
      let word = UnsafeBufferPointer(rebasing: utf8[piece.range])
      let index = known.insert(word)
      if index == starts.count {
        starts.append(encoded.count)
        encode(word: word, using: &links, into: &encoded)
      }
      let end = index + 1 < starts.count ? starts[index + 1] : encoded.count
      tokens.append(contentsOf: encoded[starts[index]..<end])
    }
  }

  /// Merges the pair of the lowest rank, the leftmost first, until no pair has one.
  private func encode(
    word: UnsafeBufferPointer<UInt8>, using links: inout LinkedTokens, into tokens: inout [Token]
  ) {
    links.removeAll()
    links.appendWord(word.lazy.map { tokenOfByte[Int($0)] })
    var candidates = Heap<Candidate>()
    for position in 0..<links.count { add(position, of: links, to: &candidates) }
    while let candidate = candidates.popFirst() {
      let position = candidate.position
      guard let pair = links.pair(at: position), let merge = merges[pair],
        merge.rank == candidate.rank
      else { continue }
      links.mergePair(at: position, into: merge.token)
      add(links.position(before: position), of: links, to: &candidates)
      add(position, of: links, to: &candidates)
    }
    var position = 0
    while position >= 0 {
      tokens.append(links[position])
      position = links.position(after: position)
    }
  }

  private struct Candidate: Comparable {
    let rank: Int
    let position: Int

    static func < (one: Self, other: Self) -> Bool {
      (one.rank, one.position) < (other.rank, other.position)
    }
  }

  private func add(_ position: Int, of links: LinkedTokens, to candidates: inout Heap<Candidate>) {
    guard position >= 0, let pair = links.pair(at: position), let merge = merges[pair] else {
      return
    }
    candidates.insert(Candidate(rank: merge.rank, position: position))
  }
}
