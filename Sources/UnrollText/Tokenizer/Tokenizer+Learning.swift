extension Tokenizer {
  /// Learns a tokenizer from texts: its entries are what the texts contain, sorted by scalars, or
  /// for `bpe` the bytes and then the merges in their order.
  ///
  /// Throws `TextError` if the texts are empty, if the settings contradict each other, or if they
  /// leave out a part of the texts while the unknown policy is `error`.
  public init(learning settings: TokenizerSettings, from texts: some Sequence<String>) throws {
    var counts = PieceCounts()
    var preparer = TextPreparer(settings.preparation)
    for var text in texts {
      text.withUTF8 { utf8 in
        preparer.withPrepared(utf8, beginsText: true) {
          counts.add($0.utf8, cutInto: settings.kind)
        }
      }
    }
    try self.init(learning: settings, from: counts)
  }

  /// Learns a tokenizer from one text.
  ///
  /// Throws `TextError` as for several texts.
  public init(learning settings: TokenizerSettings = TokenizerSettings(), from text: String) throws
  {
    try self.init(learning: settings, from: CollectionOfOne(text))
  }

  /// Learns a tokenizer from what was counted.
  init(learning settings: TokenizerSettings, from counts: PieceCounts) throws {
    guard !counts.isEmpty else {
      throw TextError(.missingInput, "the text is empty: there is nothing to learn tokens from")
    }
    var reserved = settings.reserved
    if settings.unknown == .token { reserved.insert(.unknown) }
    let entries: [String]
    let merges: [String]
    if settings.kind == .bpe {
      let size = try Self.bytePairCount(for: settings.vocabularySize, reserved: reserved.count)
      var learning = BytePairLearning(words: counts)
      (entries, merges) = learning.learn(size: size, minimumCount: settings.minimumCount)
    } else {
      entries = try Self.entries(from: counts, settings: settings, reserved: reserved.count)
      merges = []
    }
    try self.init(
      TokenizerDescription(
        kind: settings.kind, entries: entries, merges: merges, reserved: reserved,
        unknown: settings.unknown, normalization: settings.normalization,
        lowercase: settings.lowercase, lineEnds: settings.lineEnds,
        removesByteOrderMark: settings.removesByteOrderMark))
  }

  /// The pieces that get an entry, in the order of their scalars.
  private static func entries(
    from counts: PieceCounts, settings: TokenizerSettings, reserved: Int
  ) throws -> [String] {
    let ranked = counts.ranked
    let limit = settings.vocabularySize.map { max(reserved, $0) - reserved } ?? ranked.count
    let kept = ranked.prefix(limit).prefix { $0.count >= settings.minimumCount }
    guard !kept.isEmpty else {
      throw TextError(
        .invalidDescription,
        "no \(settings.kind.pieceName) of the text is left in the vocabulary: "
          + "make the vocabulary larger or the minimum count smaller")
    }
    guard kept.count == ranked.count || settings.unknown != .error else {
      throw TextError(
        .invalidDescription,
        "the vocabulary leaves out \(ranked.count - kept.count) of \(ranked.count) distinct "
          + "\(settings.kind.pieceName)s of the text: choose the unknown policy \"skip\" or "
          + "\"token\", or keep all of them")
    }
    return kept.map(\.piece).sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
  }

  /// The number of byte-pair entries in a vocabulary.
  private static func bytePairCount(for vocabularySize: Int?, reserved: Int) throws -> Int {
    let smallest = ByteAlphabet.scalars.count + reserved
    let vocabularySize = vocabularySize ?? TokenizerSettings.usualBytePairs
    guard vocabularySize >= smallest else {
      throw TextError(
        .invalidDescription,
        "byte-pair encoding needs a vocabulary size of at least \(smallest): "
          + "one entry for each byte\(reserved > 0 ? " and each reserved entry" : "")")
    }
    return vocabularySize - reserved
  }
}
