internal import UnrollTensor
internal import UnrollText

/// The parts of a whole number that the tokens have in a place of a text, in proportion to their probabilities.
///
/// The probabilities are equal to the bit on every machine, so these integers are, and no token has none.
struct TokenShares {
  private var sizes: [UInt64]
  private(set) var total: UInt64

  /// Equal parts.
  init(tokenCount: Int) {
    sizes = [UInt64](repeating: 1, count: tokenCount)
    total = UInt64(tokenCount)
  }

  /// Makes them those of some logits `[V]`.
  mutating func set(_ logits: UnsafeBufferPointer<Float>) {
    withUnsafeTemporaryAllocation(of: Float.self, capacity: logits.count) { shares in
      guard let source = logits.baseAddress, let target = shares.baseAddress else { return }
      kernels.softmax(rows: 1, columns: logits.count, source, into: target)
      total = 0
      for (index, share) in shares.enumerated() {
        // Weights can be so large that nothing is a number any more.
        let part = share.isFinite ? UInt64(Double(share) * 0x1p32) : 0
        sizes[index] = part + 1
        total += part + 1
      }
    }
  }

  /// Where the part of a token begins, and how large it is.
  func part(of token: Token) -> (start: UInt64, size: UInt64) {
    (sizes[..<Int(token)].reduce(0, +), sizes[Int(token)])
  }

  /// The token whose part has a number.
  func token(at value: UInt64) -> (token: Token, start: UInt64, size: UInt64) {
    var start: UInt64 = 0
    for (token, size) in sizes.enumerated() {
      if value < start + size { return (Token(token), start, size) }
      start += size
    }
    fatalError("\(value) is not below \(total)")
  }
}
