/// Text into tokens and back.
///
/// Decoding the tokens of a text gives back exactly the text, whatever the kind, unless the settings
/// ask otherwise: a normalisation, lower case, or an unknown policy other than `error`.
public struct Tokenizer: Hashable, Sendable {
  /// What one token stands for.
  public let kind: TokenizerKind

  /// The pieces of text that have a token.
  public let vocabulary: Vocabulary

  /// What encoding does with text that the vocabulary does not have, unless told otherwise.
  public private(set) var unknown: UnknownPolicy

  /// The normalisation of all text that is encoded.
  public let normalization: Normalization

  /// Whether all text that is encoded is made lower case, after the normalisation.
  public let lowercase: Bool

  /// What becomes of the line ends of all text that is encoded.
  public let lineEnds: LineEnds

  /// Whether a byte order mark at the beginning of a text that is encoded is left out.
  public let removesByteOrderMark: Bool

  /// The merges of a byte-pair encoding.
  let merges: BytePairMerges?

  /// The bytes that each token decodes to.
  let spellings: ByteStrings

  /// Restores a tokenizer from its description.
  ///
  /// Throws `TextError` if the description contradicts itself.
  public init(_ description: TokenizerDescription) throws {
    kind = description.kind
    unknown = description.unknown
    normalization = description.normalization
    lowercase = description.lowercase
    lineEnds = description.lineEnds
    removesByteOrderMark = description.removesByteOrderMark
    vocabulary = try Vocabulary(entries: description.entries, reserved: description.reserved)
    guard kind == .bpe || description.merges.isEmpty else {
      throw TextError(.invalidDescription, "merges belong to the kind \"bpe\", not \"\(kind)\"")
    }
    merges = try kind == .bpe ? BytePairMerges(description.merges, in: vocabulary) : nil
    spellings = try Self.spellings(of: vocabulary, as: kind)
    try checkPolicy()
  }

  /// This tokenizer as plain data, from which it can be restored.
  public var description: TokenizerDescription {
    TokenizerDescription(
      kind: kind, entries: vocabulary.entries,
      merges: merges?.descriptions(in: vocabulary) ?? [], reserved: Set(vocabulary.reserved),
      unknown: unknown, normalization: normalization, lowercase: lowercase, lineEnds: lineEnds,
      removesByteOrderMark: removesByteOrderMark)
  }

  /// This tokenizer with another policy for text that the vocabulary does not have.
  ///
  /// Throws `TextError` if the policy is `token` and the vocabulary has no entry for unknown text.
  public func following(_ unknown: UnknownPolicy) throws -> Tokenizer {
    var tokenizer = self
    tokenizer.unknown = unknown
    try tokenizer.checkPolicy()
    return tokenizer
  }

  private func checkPolicy() throws {
    guard unknown != .token || vocabulary.token(for: .unknown) != nil else {
      throw TextError(
        .invalidDescription,
        "the vocabulary has no entry for unknown text: choose the unknown policy \"error\" or "
          + "\"skip\", or learn the tokenizer with the policy \"token\"")
    }
  }

  private static func spellings(
    of vocabulary: Vocabulary, as kind: TokenizerKind
  ) throws -> ByteStrings {
    var spellings = ByteStrings()
    for entry in vocabulary.reserved {
      spellings.append((entry == .unknown ? "\u{FFFD}" : "").utf8)
    }
    for entry in vocabulary.entries {
      guard let bytes = kind.bytes(of: entry) else {
        throw TextError(
          .invalidDescription,
          "the entry \(entry.debugDescription) stands for no bytes in a vocabulary of \(kind)")
      }
      spellings.append(bytes)
    }
    return spellings
  }
}
