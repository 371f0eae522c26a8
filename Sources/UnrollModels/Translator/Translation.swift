internal import UnrollTensor
public import UnrollText

/// How a translator looks for what it writes.
public struct TranslationOptions: Hashable, Sendable {
  /// How many beginnings of a target are kept at each step; with 1, always the likeliest token is taken.
  public var beamWidth = 4
  /// The power of the number of tokens by which log-probabilities are divided: 0 favours short targets, 1 is the mean, above 1
  /// favours long ones.
  public var lengthPenalty = 1.0
  /// The most tokens of a target; when absent, twice the longest one that the translator learned from.
  public var lengthLimit: Int?
  /// Whether the part of the source that is looked at most stands in the place of an unknown token (Luong et al. 2015, "Addressing the
  /// rare word problem"); needs attention.
  public var copiesUnknown = false

  /// Creates the default options.
  public init() {}
}

/// What a translator wrote for a source.
public struct Translation: Hashable, Sendable {
  /// The text.
  public let text: String
  /// The sum of the logarithms of the probabilities of its tokens and its end, in nats.
  public let logProbability: Double
  /// Whether it came to its end before the limit of its length.
  public let isComplete: Bool
  /// The pieces of the source, as they are written.
  public let sourcePieces: [String]
  /// The pieces of the text.
  public let pieces: [String]
  /// For each of these, the weights of the source's pieces when it was written; empty without attention.
  public let weights: [[Float]]
}

extension Translator {
  /// Writes the counterpart of a text.
  ///
  /// - Returns: `nil` for a text in which there is nothing that the vocabulary knows.
  /// - Throws: `TextError` if the text has something that the vocabulary lacks, and its policy is `error`; `ModelError` if an option is
  ///   out of range.
  public func translate(
    _ text: String, _ options: TranslationOptions = TranslationOptions()
  ) throws -> Translation? {
    try translate([text], options)[0]
  }

  /// Writes the counterparts of texts; each gets the one that it gets alone.
  ///
  /// - Returns: for each text, or `nil` for one in which there is nothing that the vocabulary knows.
  /// - Throws: as for a text; `CancellationError` if the task that it runs in is cancelled.
  public func translate(
    _ texts: [String], _ options: TranslationOptions = TranslationOptions()
  ) throws -> [Translation?] {
    try translate(texts, options) { "text \($0 + 1)" }
  }

  /// The same, with what an error calls a text.
  package func translate(
    _ texts: [String], _ options: TranslationOptions, name: (_ index: Int) -> String
  ) throws -> [Translation?] {
    try options.validate(for: self)
    let read = try texts.enumerated().map {
      try sourceTokenizer.encodeWithSources($1, from: name($0))
    }
    let found = try found(for: read.map { $0.map(\.token) }, options)
    return zip(read, found).map { read, found in
      found.map { translation($0, of: read.map(\.source), options) }
    }
  }

  /// The sources that one thread reads.
  private static let pieceSize = 64

  /// The best targets for sources as tokens; `nil` for one without a token.
  func found(
    for sources: [[Token]], _ options: TranslationOptions
  ) throws -> [FoundTarget?] {
    try Task.checkCancellation()
    let groups = Array(LengthGroups(sources.map(\.count), mostRows: Self.pieceSize))
    var results = [[FoundTarget]](repeating: [], count: groups.count)
    results.withUnsafeMutableBufferPointer { results in
      // A thread writes to its own places only.
      nonisolated(unsafe) let results = results
      forEachRange(of: groups.count, grain: 1, perThread: 4) { range in
        for group in range {
          let search = TargetSearch(self, options)
          results[group] = search.targets(of: groups[group].map { sources[$0] })
        }
      }
    }
    try Task.checkCancellation()
    var found = [FoundTarget?](repeating: nil, count: sources.count)
    for (group, results) in zip(groups, results) {
      for (source, result) in zip(group, results) { found[source] = result }
    }
    return found
  }

  private func translation(
    _ found: FoundTarget, of source: [String], _ options: TranslationOptions
  ) -> Translation {
    let unknown = targetTokenizer.vocabulary.token(for: .unknown)
    var bytes: [UInt8] = []
    var pieces: [String] = []
    for (index, token) in found.tokens.enumerated() {
      let start = bytes.count
      if options.copiesUnknown, token == unknown, let weights = found.weights[at: index] {
        let most = weights.indices.max { (weights[$0], $1) < (weights[$1], $0) } ?? 0
        bytes += source[most].utf8
      } else {
        targetTokenizer.appendBytes(of: token, to: &bytes)
      }
      pieces.append(String(decoding: bytes[start...], as: UTF8.self))
    }
    return Translation(
      text: String(decoding: bytes, as: UTF8.self), logProbability: found.total,
      isComplete: found.isComplete, sourcePieces: source, pieces: pieces, weights: found.weights)
  }
}

extension TranslationOptions {
  /// - Throws: `ModelError` if an option is out of range.
  package func validate(for translator: Translator) throws {
    try require(beamWidth > 0, "The width of the search is 1 or more, not \(beamWidth)")
    try require(
      lengthPenalty.isFinite, "The length penalty is a finite number, not \(lengthPenalty)")
    if let lengthLimit {
      try require(lengthLimit > 0, "The length limit is 1 or more, not \(lengthLimit)")
    }
    try require(
      !copiesUnknown || translator.attention != nil,
      "Unknown words are copied from where attention looks, and this translator has none")
  }
}

extension Array {
  fileprivate subscript(at index: Int) -> Element? { indices.contains(index) ? self[index] : nil }
}
