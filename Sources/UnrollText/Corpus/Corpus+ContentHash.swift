internal import UnrollFormats

extension Corpus {
  /// What identifies the contents of the texts, names not included, in hexadecimal digits.
  ///
  /// Throws `FileError` if a text cannot be read, which is needed only once, or has changed.
  public func contentHash(_ processing: CorpusProcessing = CorpusProcessing()) throws -> String {
    let unknown = files.filter { $0.digest.value == nil }
    if !unknown.isEmpty {
      var collector = ContentHash.Collector()
      var progress = PassProgress(.identifying, of: unknown, processing)
      var reader = ChunkReader(unknown, cut: .scalars, blockSize: ContentHash.blockSize)
      _ = try OrderedWork.run(
        threadCount: processing.threadCount, next: { try reader.next() }, worker: {},
        work: { _, chunk in (chunk, chunk.digestOfBlock) },
        take: { chunk, digest in
          collector.take(digest, of: unknown[chunk.file], isLast: chunk.isLast)
          progress.advance(by: chunk.block.count)
        })
    }
    return SHA256.hexadecimal(ContentHash.digest(of: files.compactMap(\.digest.value)))
  }
}

extension TextChunk {
  /// The digest of what was read.
  var digestOfBlock: [UInt8] {
    bytes.withUnsafeBytes { ContentHash.digest(of: .init(rebasing: $0[block])) }
  }
}
