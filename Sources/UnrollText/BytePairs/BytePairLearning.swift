/// Learning the merges of a byte-pair encoding: again and again the most frequent pair of
/// neighbouring tokens becomes one token (Sennrich, Haddow, Birch 2016, algorithm 1).
///
/// Of pairs that are equally frequent, the one of the smaller tokens is merged first. The counts
/// are updated at the places of a merge only, and the most frequent pair comes from a heap whose
/// counts are set right when they come up: about O(n log n) for n bytes of distinct words.
struct BytePairLearning {
  private var entries: [String]
  private var tokens: [String: Token] = [:]
  private var words = LinkedTokens()
  private var weights: [Int] = []
  private var counts: [TokenPair: Int] = [:]
  private var places: [TokenPair: [Int]] = [:]
  private var queue = Heap<Candidate>()

  /// Creates the entries of the bytes, in the order of their scalars, and counts the pairs.
  init(words counted: PieceCounts) {
    entries = ByteAlphabet.scalars.sorted().map { String($0) }
    for (token, entry) in entries.enumerated() { tokens[entry] = Token(token) }
    let tokenOfByte = ByteAlphabet.scalars.map { tokens[String($0)] ?? 0 }
    counted.forEachLonger { word, count in
      words.appendWord(word.lazy.map { tokenOfByte[Int($0)] })
      weights.append(contentsOf: repeatElement(count, count: word.count))
    }
    for position in 0..<words.count { add(1, at: position) }
    for pair in counts.keys { enqueue(pair) }
  }

  /// The entries and the merges (two entries with a space between them) of a vocabulary of `size`
  /// entries, or of fewer if no pair is left that occurs `minimumCount` times.
  mutating func learn(size: Int, minimumCount: Int) -> (entries: [String], merges: [String]) {
    var merges: [String] = []
    while entries.count < size, let candidate = queue.popFirst() {
      let pair = candidate.pair
      let count = counts[pair, default: 0]
      guard count == candidate.count else {
        enqueue(pair)
        continue
      }
      guard count >= max(1, minimumCount) else { break }
      let parts = (entries[Int(pair.first)], entries[Int(pair.second)])
      merges.append(parts.0 + " " + parts.1)
      merge(pair, into: token(of: parts.0 + parts.1))
    }
    return (entries, merges)
  }

  private mutating func token(of entry: String) -> Token {
    if let token = tokens[entry] { return token }
    let token = Token(entries.count)
    entries.append(entry)
    tokens[entry] = token
    return token
  }

  private mutating func merge(_ pair: TokenPair, into token: Token) {
    var positions = places.removeValue(forKey: pair) ?? []
    // Overlapping pairs are merged from the left.
    if pair.first == pair.second { positions.sort() }
    var grown: Set<TokenPair> = []
    for position in positions where words.pair(at: position) == pair {
      let before = words.position(before: position)
      let after = words.position(after: position)
      if before >= 0 { add(-1, at: before) }
      add(-1, at: after)
      words.mergePair(at: position, into: token)
      if before >= 0, let pair = add(1, at: before) { grown.insert(pair) }
      if let pair = add(1, at: position) { grown.insert(pair) }
    }
    counts[pair] = nil
    for pair in grown { enqueue(pair) }
  }

  /// Counts the pair at a position, if there is one, or takes it away.
  @discardableResult
  private mutating func add(_ sign: Int, at position: Int) -> TokenPair? {
    guard let pair = words.pair(at: position) else { return nil }
    counts[pair, default: 0] += sign * weights[position]
    if sign > 0 { places[pair, default: []].append(position) }
    return pair
  }

  private mutating func enqueue(_ pair: TokenPair) {
    guard let count = counts[pair], count > 0 else { return }
    queue.insert(Candidate(count: count, pair: pair))
  }

  private struct Candidate: Comparable {
    let count: Int
    let pair: TokenPair

    static func < (one: Self, other: Self) -> Bool {
      (other.count, one.pair) < (one.count, other.pair)
    }
  }
}
