package import UnrollText

extension Tokenizer {
  /// What is counted, in the plural: `characters`.
  package var tokenName: String { kind == .bpe ? "tokens" : kind.rawValue }
}
