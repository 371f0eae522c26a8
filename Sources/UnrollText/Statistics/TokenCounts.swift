#if canImport(Darwin)
import Darwin
#elseif canImport(Musl)
import Musl
#else
import Glibc
#endif

/// How often tokens and pairs of neighbouring tokens occur.
struct TokenCounts {
  private static let pairLimit = 1 << 22

  private(set) var counts: [Int]
  private(set) var lengths = DocumentLengths()

  /// How often tokens are the first ones, which a model does not predict, and count all the same.
  private var countsOfFirst: [Token: Int] = [:]

  /// `nil` once there are too many.
  private var pairs: [TokenPair: Int]? = [:]

  init(vocabularySize: Int) {
    counts = Array(repeating: 0, count: vocabularySize)
  }

  /// Counts a document, of which the first `given` tokens are not to be predicted.
  mutating func add(_ document: Tokens, given: Int) throws {
    lengths.add(document.count - given)
    var before: Token?
    var place = 0
    try document.forEachBlock { tokens in
      for token in tokens {
        if place >= given { counts[Int(token)] += 1 }
        if place == 0, given == 0 { countsOfFirst[token, default: 0] += 1 }
        if let before { addPair(TokenPair(first: before, second: token)) }
        before = token
        place += 1
      }
    }
  }

  private mutating func addPair(_ pair: TokenPair) {
    pairs?[pair, default: 0] += 1
    if let count = pairs?.count, count > Self.pairLimit { pairs = nil }
  }

  /// Σ p(a) log₂ (total / c(a)), where p are the counts of predicted tokens and c those of all.
  var unigramBits: Double {
    counts.indices.reduce(0) { bits, token in
      let predicted = counts[token] - countsOfFirst[Token(token), default: 0]
      guard predicted > 0 else { return bits }
      return bits + Double(predicted) * log2(Double(lengths.total) / Double(counts[token]))
    }
  }

  /// Σ c(a, b) log₂ (c(a, ·) / c(a, b)), in the order of the pairs so that the sum is always the same.
  var bigramBits: Double? {
    guard let pairs else { return nil }
    var following = Array(repeating: 0, count: counts.count)
    for (pair, count) in pairs { following[Int(pair.first)] += count }
    return pairs.sorted { $0.key < $1.key }.reduce(0) { bits, pair in
      bits + Double(pair.value)
        * log2(Double(following[Int(pair.key.first)]) / Double(pair.value))
    }
  }
}
