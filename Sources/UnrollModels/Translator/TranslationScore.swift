internal import UnrollNN
internal import UnrollTensor
public import UnrollText

/// How good translations are.
public struct TranslationScore: Hashable, Sendable {
  /// The translations that were compared with references.
  public private(set) var count = 0
  /// How many of them are their reference, to the character.
  public private(set) var exactCount = 0
  /// How much of the references' words is found in them.
  public private(set) var bleu = BLEU()
  /// How much of the references' characters is found in them.
  public private(set) var chrF = ChrF()

  /// Counts nothing yet.
  public init() {}

  /// Counts a translation against its reference.
  public mutating func count(_ translation: String, reference: String) {
    count += 1
    if translation == reference { exactCount += 1 }
    bleu.count(translation, reference: reference)
    chrF.count(translation, reference: reference)
  }

  /// The share that is the reference, to the character; NaN of none.
  public var exactMatch: Double { Double(exactCount) / Double(count) }
}

extension Translator {
  /// A pair as tokens.
  package typealias TokenPair = (source: [Token], target: [Token])

  /// The tokens of pairs.
  ///
  /// - Throws: `TextError` if a text has something that its vocabulary lacks, and the policy is `error`.
  package func tokens(of pairs: [TextPair]) throws -> [TokenPair] {
    let sources = try sourceTokenizer.encode(pairs.lazy.map(\.source)) { pairs[$0].place }
    let targets = try targetTokenizer.encode(pairs.lazy.map(\.target)) { pairs[$0].place }
    return zip(sources, targets).map { ($0, $1) }
  }

  /// −log of the probability of targets after their sources, in nats for each token and end; NaN of none. Sources without a
  /// token do not count.
  ///
  /// - Parameter progress: is told the share that is done and says whether to stop.
  /// - Returns: `nil` if `progress` said so.
  package func loss(on pairs: [TokenPair], _ progress: (Double) -> Bool = { _ in false }) -> Double?
  {
    let pairs = pairs.filter { !$0.source.isEmpty }
    var (total, count) = (0.0, 0)
    let buckets =
      pairs.isEmpty
      ? nil : LengthBuckets(lengths: pairs.map(\.target.count), batchSize: 64, seed: nil)
    let steps = buckets?.batchesPerEpoch ?? 0
    for step in 0..<steps {
      if progress(Double(step) / Double(steps)) { return nil }
      let batch = batch((buckets?.examples(of: step) ?? []).map { pairs[$0] })
      var (state, mode) = (NoState(), Mode.evaluation)
      total += Double(totalLoss(of: batch, state: &state, mode: &mode).scalar)
      count += batch.targetCount
    }
    return total / Double(count)
  }

  /// How good the translations of sources are; a source of which the vocabulary knows nothing has an empty one.
  ///
  /// - Parameters:
  ///   - pairs: sources and their references.
  ///   - options: how translations are looked for.
  ///   - onProgress: is told the share that is done.
  /// - Throws: as `translate(_:_:)`.
  public func score(
    on pairs: [TextPair], _ options: TranslationOptions = TranslationOptions(),
    onProgress: (_ share: Double) -> Void = { _ in }
  ) throws -> TranslationScore {
    try score(on: pairs, options, onProgress: onProgress, shouldStop: { false })
      ?? TranslationScore()
  }

  /// The same; `nil` if `shouldStop` said so.
  package func score(
    on pairs: [TextPair], _ options: TranslationOptions, onProgress: (_ share: Double) -> Void,
    shouldStop: () -> Bool
  ) throws -> TranslationScore? {
    var score = TranslationScore()
    for start in stride(from: 0, to: pairs.count, by: 512) {
      if shouldStop() { return nil }
      let part = Array(pairs[start..<min(start + 512, pairs.count)])
      let translations = try translate(part.map(\.source), options) { part[$0].place }
      for (pair, translation) in zip(part, translations) {
        score.count(translation?.text ?? "", reference: pair.target)
      }
      onProgress(Double(start + part.count) / Double(pairs.count))
    }
    return score
  }
}
