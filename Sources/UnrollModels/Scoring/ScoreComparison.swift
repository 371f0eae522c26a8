internal import UnrollTensor
internal import UnrollText

/// Two models on the same lines or documents.
public struct ScoreComparison: Sendable {
  /// A part with its scores by both models.
  public struct Pair: Sendable, Hashable {
    /// What the first model makes of it.
    public let first: ScoredPart
    /// What the second model makes of it.
    public let second: ScoredPart

    /// How many bits more the second model needs, all characters together.
    public var bits: Double { (first.logProbability - second.logProbability) / natsPerBit }
  }

  /// The parts that both models have and of which both predicted the same bytes.
  public let pairs: [Pair]

  /// Takes pairs of several texts.
  public init(_ pairs: [Pair]) { self.pairs = pairs }

  /// Pairs the parts of one text.
  public init(_ first: [ScoredPart], _ second: [ScoredPart]) {
    struct Key: Hashable { let document, number: Int }
    let known = Dictionary(
      second.map { (Key(document: $0.document, number: $0.number), $0) }, uniquingKeysWith: { $1 })
    pairs = first.compactMap { part in
      guard let other = known[Key(document: part.document, number: part.number)],
        part.predicted.characterCount > 0,
        other.predicted.byteCount == part.predicted.byteCount
      else { return nil }
      return Pair(first: part, second: other)
    }
  }

  /// How many bits more the second model needs for each character, over all pairs; `nil` without a pair.
  public var difference: Double? {
    pairs.isEmpty ? nil : Self.mean(of: pairs.map { ($0.bits, $0.first.predicted.characterCount) })
  }

  /// Between which numbers the difference is in 95 % of texts like this one: the percentiles of a paired bootstrap over the
  /// parts (Efron 1979; Koehn 2004).
  ///
  /// - Parameters:
  ///   - resamples: how many texts are drawn, 1 or more.
  ///   - seed: what they are drawn by.
  /// - Returns: `nil` if there are fewer than two pairs.
  /// - Throws: `ModelError` if there is no text to draw.
  public func interval(resamples: Int = 2000, seed: UInt64 = 0) throws -> ClosedRange<Double>? {
    try require(resamples > 0, "The number of resamples is 1 or more, not \(resamples)")
    guard pairs.count > 1 else { return nil }
    let parts = pairs.map { ($0.bits, $0.first.predicted.characterCount) }
    var random = RandomStream(seed: seed, purpose: .resampling)
    let means = (0..<resamples).map { _ in
      Self.mean(
        of: (0..<parts.count).lazy.map { _ in parts[Int.random(in: parts.indices, using: &random)] }
      )
    }.sorted()
    func percentile(_ share: Double) -> Double {
      means[min(means.count - 1, Int(share * Double(means.count)))]
    }
    return percentile(0.025)...percentile(0.975)
  }

  private static func mean(of parts: some Sequence<(bits: Double, characters: Int)>) -> Double {
    var sum = (bits: 0.0, characters: 0)
    for part in parts {
      sum.bits += part.bits
      sum.characters += part.characters
    }
    return sum.bits / Double(sum.characters)
  }
}
