internal import UnrollFormats

/// Makes the tokens of a corpus: in memory, or in a file where there are many.
struct CorpusEncoder {
  private let corpus: Corpus
  private let tokenizer: Tokenizer
  private let unit: DocumentUnit?
  private let processing: CorpusProcessing

  /// All tokens of a corpus, and where the documents end if they are cut into some.
  typealias Row = (tokens: Tokens, ends: DocumentEnds?)

  init(
    _ corpus: Corpus, by tokenizer: Tokenizer, unit: DocumentUnit?,
    _ processing: CorpusProcessing
  ) {
    self.corpus = corpus
    self.tokenizer = tokenizer
    self.unit = unit
    self.processing = processing
  }

  /// The tokens, made anew unless the cache has them.
  func row() throws -> Row {
    guard corpus.byteCount > processing.inMemoryLimit else { return try rowInMemory() }
    let file = try fileInCache() ?? temporaryFile()
    return (Tokens(file), file.ends)
  }

  /// The number of tokens.
  func tokenCount() throws -> Int { try encode { _, _ in }.count }

  private func rowInMemory() throws -> Row {
    var bytes: [UInt8] = []
    var records: [UInt8] = []
    var assembly = try encode {
      bytes.append(contentsOf: $0)
      records.append(contentsOf: $1)
    }
    let extents = assembly.extents.finish(.memory(records))
    return (
      Tokens(bytes: bytes, width: tokenizer.tokenWidth, extents: extents), assembly.ends
    )
  }

  private func fileInCache() throws -> TokenFile? {
    guard let cache = processing.cache else { return nil }
    var description = TokenFile.Description(vocabularySize: tokenizer.vocabulary.count)
    description.key = try corpus.tokensKey(tokenizer, unit, processing)
    description.sources = corpus.paths.map(absolutePath)
    return try cache.tokens(of: description)
      ?? cache.makeTokens(of: description) { try write(description, to: $0) }
  }

  private func temporaryFile() throws -> TokenFile {
    let description = TokenFile.Description(vocabularySize: tokenizer.vocabulary.count)
    let file = try TemporaryFile.write(named: "the temporary file of tokens") {
      try write(description, to: $0)
    }
    guard let tokens = try TokenFile(file) else { throw FileError(changed: file.path) }
    return tokens
  }

  /// Writes the tokens, and then the records of what they stand for, which come at the same time.
  private func write(_ description: TokenFile.Description, to sink: FileSink) throws {
    var made: TokenAssembly?
    let records = try TemporaryFile.write(named: "the temporary file of tokens") { recordSink in
      made = try encode {
        try sink.append($0)
        if !$1.isEmpty { try recordSink.append($1) }
      }
    }
    guard var assembly = made else { return }
    try TokenFile.writeEnd(
      tokenCount: assembly.count, width: tokenizer.tokenWidth, ends: assembly.ends,
      extents: assembly.extents.finish(.file(records, 0)), description, to: sink)
  }

  /// Makes all tokens and gives them, as bytes, to `write`, in order, with the records of what they
  /// stand for.
  private func encode(
    _ write: (_ tokens: [UInt8], _ records: [UInt8]) throws -> Void
  ) throws -> TokenAssembly {
    let files = corpus.files
    let encoder = ChunkEncoder(
      TextEncoder(tokenizer), width: tokenizer.tokenWidth, cutsLines: unit == .lines)
    var assembly = TokenAssembly(tokenizer, by: unit)
    var progress = PassProgress(.encoding, of: files, processing)
    var reader = ChunkReader(
      files, cut: TextCut(for: tokenizer.kind, tokenizer.preparation),
      blockSize: processing.blockSize)
    do {
      _ = try OrderedWork.run(
        threadCount: processing.threadCount, next: { try reader.next() }, worker: { encoder },
        work: { encoder, chunk in try encoder.encode(chunk, of: files[chunk.file]) },
        take: { output in
          let tokens = assembly.add(output)
          try write(tokens, assembly.extents.takeRecords())
          progress.advance(by: output.byteCount)
        })
    } catch let unknown as ChunkEncoder.UnknownPiece {
      throw try located(unknown)
    }
    return assembly
  }

  /// The error for a piece that the vocabulary does not have, for whose place the text is gone
  /// through once more.
  private func located(_ unknown: ChunkEncoder.UnknownPiece) throws -> TextError {
    let file = corpus.files[unknown.file]
    var place = TextPlace()
    var reader = ChunkReader(
      [file.prefix(unknown.offset)], cut: .scalars, blockSize: ContentHash.blockSize)
    while let chunk = try reader.next() {
      try chunk.withText(of: file) { place.advance(over: $0) }
    }
    return unknown.piece.error(at: place, of: file.name)
  }
}
