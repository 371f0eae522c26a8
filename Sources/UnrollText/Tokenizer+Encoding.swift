extension Tokenizer {
  /// The tokens of a text.
  ///
  /// Throws `TextError` naming the first piece that the vocabulary does not have, its scalars, line
  /// and column, if the policy is `error`. `unknown` is this tokenizer's policy unless given.
  public func encode(_ text: String, unknown: UnknownPolicy? = nil) throws -> [Token] {
    var tokens: [Token] = []
    try encode(text, unknown: unknown, source: nil, into: &tokens)
    return tokens
  }

  /// Appends the tokens of a text; `source` is the file that an error names.
  func encode(
    _ text: String, unknown: UnknownPolicy?, source: String?, into tokens: inout [Token]
  ) throws {
    let policy = unknown ?? self.unknown
    let unknownToken = vocabulary.token(for: .unknown)
    guard policy != .token || unknownToken != nil else {
      throw TextError(
        .invalidDescription,
        "The vocabulary has no entry for unknown text: choose the unknown policy \"error\" or "
          + "\"skip\", or learn the tokenizer with the policy \"token\".")
    }
    var text = prepare(text)
    try text.withUTF8 { utf8 in
      if let merges {
        merges.encode(utf8, into: &tokens)
        return
      }
      try kind.forEachPiece(in: utf8) { piece in
        let token = token(of: piece, in: utf8)
        if token >= 0 {
          tokens.append(token)
        } else if policy == .token, let unknownToken {
          tokens.append(unknownToken)
        } else if policy == .error {
          throw unknownPiece(piece, in: utf8, source: source)
        }
      }
    }
  }

  /// The token of a piece, or -1.
  @inline(__always)
  private func token(of piece: Piece, in utf8: UnsafeBufferPointer<UInt8>) -> Token {
    if let scalar = piece.scalar { return vocabulary.token(forScalar: scalar) }
    return vocabulary.token(for: UnsafeBufferPointer(rebasing: utf8[piece.range])) ?? -1
  }

  private func unknownPiece(
    _ piece: Piece, in utf8: UnsafeBufferPointer<UInt8>, source: String?
  ) -> TextError {
    let place = TextPlace(in: utf8, at: piece.range.lowerBound)
    return TextError(
      .unknownEntry,
      "The \(kind.pieceName) \(name(of: utf8[piece.range])) at \(place) of "
        + "\(source ?? "the text") is not in the vocabulary of \(vocabulary.count) entries: take it "
        + "out, choose the unknown policy \"skip\", or learn the vocabulary from text that has it.")
  }

  /// A piece as a message writes it: the text and its code points, or the number of a byte.
  private func name(of piece: Slice<UnsafeBufferPointer<UInt8>>) -> String {
    guard kind != .bytes else {
      return piece.map { "0x" + String($0, radix: 16, uppercase: true) }.joined()
    }
    let spelling = String(decoding: piece, as: UTF8.self)
    let scalars = spelling.unicodeScalars.map(\.codePointName).joined(separator: " ")
    return "\(spelling.debugDescription) (\(scalars))"
  }
}
