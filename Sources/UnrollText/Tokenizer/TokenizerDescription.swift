/// A tokenizer as plain data, for a model file.
///
/// Entries must be stored scalar by scalar: a format that normalises strings would merge them.
public struct TokenizerDescription: Sendable {
  /// What one token stands for.
  public var kind: TokenizerKind

  /// The entries that stand for text, in the order of their tokens.
  public var entries: [String]

  /// The merges of a byte-pair encoding, in their order: two entries with a space between them.
  public var merges: [String]

  /// The reserved entries.
  public var reserved: Set<ReservedEntry>

  /// What encoding does with text that the vocabulary does not have.
  public var unknown: UnknownPolicy

  /// The normalisation of text.
  public var normalization: Normalization

  /// Whether text is made lower case.
  public var lowercase: Bool

  /// What becomes of line ends.
  public var lineEnds: LineEnds

  /// Whether a byte order mark at the beginning of a text is left out.
  public var removesByteOrderMark: Bool

  /// Creates a description; `Tokenizer.init(_:)` checks it.
  public init(
    kind: TokenizerKind, entries: [String], merges: [String] = [],
    reserved: Set<ReservedEntry> = [], unknown: UnknownPolicy = .error,
    normalization: Normalization = .none, lowercase: Bool = false, lineEnds: LineEnds = .kept,
    removesByteOrderMark: Bool = false
  ) {
    self.kind = kind
    self.entries = entries
    self.merges = merges
    self.reserved = reserved
    self.unknown = unknown
    self.normalization = normalization
    self.lowercase = lowercase
    self.lineEnds = lineEnds
    self.removesByteOrderMark = removesByteOrderMark
  }
}
