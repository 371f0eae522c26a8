extension Tokenizer {
  /// Learns a tokenizer from all texts of corpora, or finds in the cache what was learnt before.
  ///
  /// The texts are counted by several threads. Memory grows with the number of distinct pieces, not
  /// with the texts.
  ///
  /// - Parameters:
  ///   - settings: what is learned.
  ///   - corpora: the texts.
  ///   - unit: what a document is, if the texts are not one stream: where it is a line, the line ends are no part of
  ///     any document and nothing is learnt from them.
  ///   - processing: threads, cache and progress.
  ///
  /// - Throws: `TextError` if a text is not UTF-8, if the settings contradict each other, or if they
  ///   leave out a part of the texts while the unknown policy is `error`; `FileError` if a file cannot
  ///   be read or has changed.
  public init(
    learning settings: TokenizerSettings, from corpora: [Corpus], by unit: DocumentUnit? = nil,
    _ processing: CorpusProcessing = CorpusProcessing()
  ) throws {
    guard let cache = processing.cache,
      corpora.reduce(0, { $0 + $1.byteCount }) > processing.inMemoryLimit
    else {
      try self.init(learning: settings, counting: corpora, unit, processing)
      return
    }
    for corpus in corpora { try cache.recallDigests(of: corpus, processing) }
    if corpora.allSatisfy(\.isIdentified),
      let known = cache.tokenizer(key: try Self.key(settings, corpora, unit, processing))
    {
      self = known
      return
    }
    try self.init(learning: settings, counting: corpora, unit, processing)
    cache.store(self, key: try Self.key(settings, corpora, unit, processing))
    for corpus in corpora { cache.rememberDigests(of: corpus) }
  }

  private init(
    learning settings: TokenizerSettings, counting corpora: [Corpus], _ unit: DocumentUnit?,
    _ processing: CorpusProcessing
  ) throws {
    let files = corpora.flatMap(\.files)
    // The blocks that are read are those of the digest too, if they are of its size.
    let identifies = processing.blockSize == ContentHash.blockSize
    var collector = ContentHash.Collector()
    var progress = PassProgress(.learning, of: files, processing)
    var reader = ChunkReader(
      files, cut: TextCut(for: settings.kind, settings.preparation),
      blockSize: processing.blockSize)
    let preparer = TextPreparer(settings.preparation)
    let counted = try OrderedWork.run(
      threadCount: processing.threadCount, next: { try reader.next() },
      worker: { Counter(preparer: preparer) },
      work: { counter, chunk -> (chunk: TextChunk, digest: [UInt8]?) in
        let file = files[chunk.file]
        let start = chunk.offset + chunk.range.lowerBound
        try chunk.withText(of: file) { utf8 in
          guard unit == .lines else {
            counter.add(utf8, beginsText: start == 0, cutInto: settings.kind)
            return
          }
          LineSegmentation.forEachLine(in: utf8) { line, _ in
            counter.add(
              UnsafeBufferPointer(rebasing: utf8[line]),
              beginsText: start + line.lowerBound == 0, cutInto: settings.kind)
          }
        }
        return (chunk, identifies && file.digest.value == nil ? chunk.digestOfBlock : nil)
      },
      take: { chunk, digest in
        if let digest {
          collector.take(digest, of: files[chunk.file], isLast: chunk.isLast)
        }
        progress.advance(by: chunk.block.count)
      })
    var all = PieceCounts()
    for counter in counted { all.add(counter.counts) }
    try self.init(learning: settings, from: all)
  }

  /// What one thread keeps between chunks.
  private struct Counter: Sendable {
    var preparer: TextPreparer
    var counts = PieceCounts()

    mutating func add(
      _ utf8: UnsafeBufferPointer<UInt8>, beginsText: Bool, cutInto kind: TokenizerKind
    ) {
      preparer.withPrepared(utf8, beginsText: beginsText) { prepared in
        counts.add(prepared.utf8, cutInto: kind)
      }
    }
  }
}
