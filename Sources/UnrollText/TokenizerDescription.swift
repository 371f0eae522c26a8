/// A tokenizer as plain data, for a model file.
///
/// Entries must be stored scalar by scalar: a format that normalises strings would merge them.
public struct TokenizerDescription: Sendable {
  /// The raw value of a `TokenizerKind`.
  public var kind: String

  /// The entries that stand for text, in the order of their tokens.
  public var entries: [String]

  /// The raw values of the `ReservedEntry`s.
  public var reserved: [String]

  /// The raw value of an `UnknownPolicy`.
  public var unknown: String

  /// Creates a description; `Tokenizer.init(_:)` checks it.
  public init(
    kind: String, entries: [String], reserved: [String] = [],
    unknown: String = UnknownPolicy.error.rawValue
  ) {
    self.kind = kind
    self.entries = entries
    self.reserved = reserved
    self.unknown = unknown
  }
}
