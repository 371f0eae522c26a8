#if canImport(Darwin)
import Darwin
#elseif canImport(Musl)
import Musl
#else
import Glibc
#endif

/// How often tokens and pairs of neighbouring tokens occur.
struct TokenCounts {
  private(set) var counts: [Int]
  private(set) var lengths: [Int] = []
  private(set) var total = 0

  private var pairs: [TokenPair: Int] = [:]

  init(vocabularySize: Int) {
    counts = Array(repeating: 0, count: vocabularySize)
  }

  /// Counts a document, of which the first `given` tokens are not to be predicted.
  mutating func add(_ document: ArraySlice<Token>, given: Int) {
    let predicted = document.dropFirst(given)
    lengths.append(predicted.count)
    total += predicted.count
    for token in predicted { counts[Int(token)] += 1 }
    for (first, second) in zip(document, document.dropFirst()) {
      pairs[TokenPair(first: first, second: second), default: 0] += 1
    }
  }

  /// Σ c(a) log₂ (total / c(a)).
  var unigramBits: Double {
    counts.reduce(0) { bits, count in
      count == 0 ? bits : bits + Double(count) * log2(Double(total) / Double(count))
    }
  }

  /// Σ c(a, b) log₂ (c(a, ·) / c(a, b)), in the order of the pairs so that the sum is always the same.
  var bigramBits: Double {
    var following = Array(repeating: 0, count: counts.count)
    for (pair, count) in pairs { following[Int(pair.first)] += count }
    return pairs.sorted { $0.key < $1.key }.reduce(0) { bits, pair in
      bits + Double(pair.value)
        * log2(Double(following[Int(pair.key.first)]) / Double(pair.value))
    }
  }
}
