/// A tokenizer as plain data, for a model file.
///
/// Entries must be stored scalar by scalar: a format that normalises strings would merge them.
public struct TokenizerDescription: Sendable {
  /// The raw value of a `TokenizerKind`.
  public var kind: String

  /// The entries that stand for text, in the order of their tokens.
  public var entries: [String]

  /// The merges of a byte-pair encoding, in their order: two entries with a space between them.
  public var merges: [String]

  /// The raw values of the `ReservedEntry`s.
  public var reserved: [String]

  /// The raw value of an `UnknownPolicy`.
  public var unknown: String

  /// The raw value of a `Normalization`.
  public var normalization: String

  /// Whether text is made lower case.
  public var lowercase: Bool

  /// Creates a description; `Tokenizer.init(_:)` checks it.
  public init(
    kind: String, entries: [String], merges: [String] = [], reserved: [String] = [],
    unknown: String = UnknownPolicy.error.rawValue,
    normalization: String = Normalization.none.rawValue, lowercase: Bool = false
  ) {
    self.kind = kind
    self.entries = entries
    self.merges = merges
    self.reserved = reserved
    self.unknown = unknown
    self.normalization = normalization
    self.lowercase = lowercase
  }
}
