extension Tokenizer {
  /// The tokens of a text.
  ///
  /// Throws `TextError` naming the first piece that the vocabulary does not have, its scalars, line
  /// and column, if the policy is `error`. `unknown` is this tokenizer's policy unless given.
  public func encode(_ text: String, unknown: UnknownPolicy? = nil) throws -> [Token] {
    try encode(text, from: "the text", unknown: unknown)
  }

  /// The tokens of a text that an error calls `source`.
  package func encode(
    _ text: String, from source: String, unknown: UnknownPolicy? = nil
  ) throws -> [Token] {
    var encoder = try TextEncoder(self, unknown: unknown)
    var tokens: [Token] = []
    var text = text
    do {
      try text.withUTF8 { try encoder.encode($0, into: &tokens) }
    } catch let piece as TextEncoder.UnknownPiece {
      throw piece.error(at: piece.place, of: source)
    }
    return tokens
  }
}
