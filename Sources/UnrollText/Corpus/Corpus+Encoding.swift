internal import UnrollFormats

extension Corpus {
  /// All texts, one after the other, as one stream of tokens.
  ///
  /// Those of a large corpus are in a file: of the cache, if there is one and it can be used.
  ///
  /// Throws `TextError` naming file, line and column of what the tokenizer does not know or of what
  /// is not UTF-8, and `FileError` if a file cannot be read or has changed, or there is no room.
  public func tokens(
    by tokenizer: Tokenizer, _ processing: CorpusProcessing = CorpusProcessing()
  ) throws -> Tokens {
    try encoded(by: tokenizer, unit: nil, processing).tokens
  }

  /// All texts as tokens, and where the documents end if they are cut into some.
  func encoded(
    by tokenizer: Tokenizer, unit: DocumentUnit?, _ processing: CorpusProcessing
  ) throws -> (tokens: Tokens, ends: DocumentEnds?) {
    if byteCount <= processing.inMemoryLimit {
      var bytes: [UInt8] = []
      let assembly = try encode(by: tokenizer, unit: unit, processing) {
        bytes.append(contentsOf: $0)
      }
      return (Tokens(bytes: bytes, width: tokenizer.tokenWidth), assembly.ends)
    }
    let file = try encodedFile(by: tokenizer, unit: unit, processing)
    return (Tokens(file), file.ends)
  }

  /// How many tokens the texts make; nothing is kept of them.
  ///
  /// Throws as making them does.
  package func tokenCount(
    by tokenizer: Tokenizer, _ processing: CorpusProcessing = CorpusProcessing()
  ) throws -> Int {
    try encode(by: tokenizer, unit: nil, processing) { _ in }.count
  }

  private func encodedFile(
    by tokenizer: Tokenizer, unit: DocumentUnit?, _ processing: CorpusProcessing
  ) throws -> TokenFile {
    var description = TokenFile.Description(vocabularySize: tokenizer.vocabulary.count)
    func write(to sink: FileSink) throws {
      let assembly = try encode(by: tokenizer, unit: unit, processing) { try sink.append($0) }
      try TokenFile.writeEnd(
        tokenCount: assembly.count, width: tokenizer.tokenWidth, ends: assembly.ends, description,
        to: sink)
    }
    if let cache = processing.cache {
      description.key = try tokensKey(tokenizer, unit, processing)
      description.sources = paths.map(absolutePath)
      if let known = cache.tokens(of: description) { return known }
      if let made = try cache.makeTokens(of: description, write) { return made }
      description = TokenFile.Description(vocabularySize: tokenizer.vocabulary.count)
    }
    let file = try TemporaryFile.write(named: "the temporary file of tokens", write)
    guard let tokens = try TokenFile(file) else { throw FileError(changed: file.path) }
    return tokens
  }

  /// Makes all tokens and gives them, as bytes, to `write`, in order.
  private func encode(
    by tokenizer: Tokenizer, unit: DocumentUnit?, _ processing: CorpusProcessing,
    _ write: ([UInt8]) throws -> Void
  ) throws -> TokenAssembly {
    let width = tokenizer.tokenWidth
    let encoder = ChunkEncoder(
      try TextEncoder(tokenizer), width: width, cutsLines: unit == .lines)
    var assembly = TokenAssembly(tokenizer, by: unit, width: width)
    var progress = PassProgress(.encoding, of: files, processing)
    var reader = ChunkReader(
      files, cut: TextCut(for: tokenizer.kind, tokenizer.preparation),
      blockSize: processing.blockSize)
    do {
      _ = try OrderedWork.run(
        threadCount: processing.threadCount, next: { try reader.next() }, worker: { encoder },
        work: { encoder, chunk in try encoder.encode(chunk, of: files[chunk.file], options) },
        take: { output in
          try write(assembly.add(output))
          progress.advance(by: output.byteCount)
        })
    } catch let unknown as ChunkEncoder.UnknownPiece {
      throw try located(unknown, tokenizer.preparation)
    }
    return assembly
  }

  /// The error for a piece that the vocabulary does not have, for whose place the text is gone
  /// through once more.
  private func located(
    _ unknown: ChunkEncoder.UnknownPiece, _ preparation: TextPreparation
  ) throws -> TextError {
    let file = files[unknown.file]
    var place = TextPlace()
    var reader = ChunkReader(
      [file.prefix(unknown.offset)], cut: TextCut(for: .scalars, preparation),
      blockSize: ContentHash.blockSize)
    while let chunk = try reader.next() {
      try chunk.withText(of: file, options) { utf8 in
        preparation.withPrepared(utf8) { place.advance(over: $0) }
      }
    }
    let start = unknown.start.following(place)
    return unknown.piece.error(at: unknown.piece.place.following(start), of: file.name)
  }
}

extension Tokenizer {
  /// The number of bytes that each token of this vocabulary takes.
  var tokenWidth: TokenWidth { TokenWidth(forTokensBelow: vocabulary.count) }
}
