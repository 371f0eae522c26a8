/// What to learn a tokenizer with.
public struct TokenizerSettings: Hashable, Sendable {
  /// What one token stands for.
  public var kind: TokenizerKind

  /// The largest number of entries, reserved ones included; `nil` for all pieces of the text.
  ///
  /// The most frequent pieces are kept. Of `bpe`, whose pieces have no end, it is 2,000 when absent.
  public var vocabularySize: Int?

  /// The entries of a vocabulary of byte pairs that nobody gave a size.
  package static let usualBytePairs = 2000

  /// How often a piece, or for `bpe` a pair, must occur to get an entry.
  public var minimumCount: Int

  /// What encoding does with text that the vocabulary does not have.
  public var unknown: UnknownPolicy

  /// The reserved entries to have; `unknown` is added where the policy needs it.
  public var reserved: Set<ReservedEntry>

  /// The normalisation of all text that is encoded.
  public var normalization: Normalization

  /// Whether all text that is encoded is made lower case, after the normalisation.
  public var lowercase: Bool

  /// What becomes of line ends.
  public var lineEnds: LineEnds

  /// Whether a byte order mark at the beginning of a text is left out.
  public var removesByteOrderMark: Bool

  /// Creates settings, by default those of the tutorial: one token for each character.
  public init(
    kind: TokenizerKind = .characters, vocabularySize: Int? = nil, minimumCount: Int = 1,
    unknown: UnknownPolicy = .error, reserved: Set<ReservedEntry> = [],
    normalization: Normalization = .none, lowercase: Bool = false,
    lineEnds: LineEnds = .kept, removesByteOrderMark: Bool = false
  ) {
    self.kind = kind
    self.vocabularySize = vocabularySize
    self.minimumCount = minimumCount
    self.unknown = unknown
    self.reserved = reserved
    self.normalization = normalization
    self.lowercase = lowercase
    self.lineEnds = lineEnds
    self.removesByteOrderMark = removesByteOrderMark
  }
}
