internal import UnrollFormats

/// What the cache calls things: digests of all that they depend on.
extension Corpus {
  /// Whether the digests of all texts are known.
  var isIdentified: Bool { files.allSatisfy { $0.digest.value != nil } }

  /// The key of the places of the texts; `nil` if one is not in a file.
  var sourcesKey: String? {
    var hash = SHA256()
    hash.update("sources 1\n")
    for file in files {
      guard case .file = file.contents else { return nil }
      hash.update(absolutePath(file.path) + "\n")
    }
    return hash.hexadecimal
  }

  /// The key of the tokens.
  func tokensKey(
    _ tokenizer: Tokenizer, _ unit: DocumentUnit?, _ processing: CorpusProcessing
  ) throws -> String {
    try processing.cache?.recallDigests(of: self, processing)
    let parts: [JSON] = [
      "tokens 2", .string(try contentHash(processing)),
      .array(unit == .files ? files.map { JSON($0.byteCount) } : []),
      .string(unit?.rawValue ?? "stream"), tokenizer.description.json,
    ]
    processing.cache?.rememberDigests(of: self)
    return key(of: parts)
  }
}

extension Tokenizer {
  /// The key of what is learnt from corpora.
  static func key(
    _ settings: TokenizerSettings, _ corpora: [Corpus], _ unit: DocumentUnit?,
    _ processing: CorpusProcessing
  ) throws -> String {
    UnrollText.key(of: [
      "tokenizer 2", .string(settings.kind.rawValue), JSON(settings.vocabularySize ?? -1),
      JSON(settings.minimumCount), .string(settings.unknown.rawValue),
      .array(settings.reserved.map(\.rawValue).sorted().map { .string($0) }),
      .string(settings.normalization.rawValue), .boolean(settings.lowercase),
      .string(settings.lineEnds.rawValue), .boolean(settings.removesByteOrderMark),
      .boolean(unit == .lines),
      .array(try corpora.map { .string(try $0.contentHash(processing)) }),
    ])
  }
}

private func key(of parts: [JSON]) -> String {
  var hash = SHA256()
  hash.update(JSON.array(parts).text())
  return hash.hexadecimal
}
