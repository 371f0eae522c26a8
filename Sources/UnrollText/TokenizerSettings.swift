/// What to learn a tokenizer with.
public struct TokenizerSettings: Hashable, Sendable {
  /// What one token stands for.
  public var kind: TokenizerKind

  /// What encoding does with text that the vocabulary does not have.
  public var unknown: UnknownPolicy

  /// The reserved entries to have; `unknown` is added where the policy needs it.
  public var reserved: Set<ReservedEntry>

  /// Creates settings, by default those of the tutorial: one token for each character.
  public init(
    kind: TokenizerKind = .characters, unknown: UnknownPolicy = .error,
    reserved: Set<ReservedEntry> = []
  ) {
    self.kind = kind
    self.unknown = unknown
    self.reserved = reserved
  }
}
