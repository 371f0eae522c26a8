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
    var tokens: [Token] = []
    // There are hardly ever more tokens than bytes, and memory that is not used is not touched.
    tokens.reserveCapacity(text.utf8.count)
    try forEachPart(of: text, from: source, unknown: unknown) { tokens.append(contentsOf: $0) }
    return tokens
  }

  /// The tokens of texts, each on its own; an error calls a text what `name` does.
  package func encode(
    _ texts: some Sequence<String>, name: (_ index: Int) -> String
  ) throws -> [[Token]] {
    var encoder = TextEncoder(self)
    return try texts.enumerated().map { index, text in
      var tokens: [Token] = []
      try forEachPart(of: text, by: &encoder, name: { name(index) }) {
        tokens.append(contentsOf: $0)
      }
      return tokens
    }
  }

  /// Gives the tokens of a text to `body` in parts that bound the memory, in order.
  ///
  /// Throws as encoding does, and what `body` throws.
  package func forEachPart(
    of text: String, from source: String, unknown: UnknownPolicy? = nil,
    _ body: ([Token]) throws -> Void
  ) throws {
    var encoder = TextEncoder(try unknown.map { try following($0) } ?? self)
    try forEachPart(of: text, by: &encoder, name: { source }, body)
  }

  private func forEachPart(
    of text: String, by encoder: inout TextEncoder, name: () -> String,
    _ body: ([Token]) throws -> Void
  ) throws {
    let cut = TextCut(for: kind, preparation)
    var encoded = EncodedText()
    var text = text
    try text.withUTF8 { utf8 in
      var start = 0
      var partSize = 1 << 16
      while start < utf8.count {
        var end = utf8.count
        if utf8.count - start > partSize {
          let part = UnsafeBufferPointer(rebasing: utf8[start..<start + partSize])
          guard let place = cut.last(in: part, after: 0) else {
            partSize *= 2
            continue
          }
          end = start + place
        }
        encoded.removeAll()
        do {
          try encoder.encode(
            UnsafeBufferPointer(rebasing: utf8[start..<end]), beginsText: start == 0,
            into: &encoded)
        } catch let piece as TextEncoder.UnknownPiece {
          throw piece.error(at: TextPlace(in: utf8, at: start + piece.offset), of: name())
        }
        try body(encoded.tokens)
        (start, partSize) = (end, 1 << 16)
      }
    }
  }
}
