/// Encodes texts with one tokenizer, and remembers what its byte-pair merges made of a word.
struct TextEncoder {
  private let tokenizer: Tokenizer
  private let policy: UnknownPolicy
  private let unknownToken: Token?
  private var bytePairs: BytePairEncoder?

  /// Creates an encoder; throws `TextError` if the vocabulary cannot follow the unknown policy.
  init(_ tokenizer: Tokenizer, unknown: UnknownPolicy? = nil) throws {
    self.tokenizer = tokenizer
    policy = unknown ?? tokenizer.unknown
    unknownToken = tokenizer.vocabulary.token(for: .unknown)
    bytePairs = tokenizer.merges.map { BytePairEncoder($0) }
    guard policy != .token || unknownToken != nil else {
      throw TextError(
        .invalidDescription,
        "The vocabulary has no entry for unknown text: choose the unknown policy \"error\" or "
          + "\"skip\", or learn the tokenizer with the policy \"token\".")
    }
  }

  /// Appends the tokens of a text, which is called `source` in an error and begins at `line` of it.
  mutating func encode(
    _ text: String, from source: String, line: Int = 1, into tokens: inout [Token]
  ) throws {
    var text = tokenizer.prepare(text)
    try text.withUTF8 { utf8 in
      guard bytePairs == nil else {
        bytePairs?.encode(utf8, into: &tokens)
        return
      }
      try tokenizer.kind.forEachPiece(in: utf8) { piece in
        let token = token(of: piece, in: utf8)
        if token >= 0 {
          tokens.append(token)
        } else if policy == .token, let unknownToken {
          tokens.append(unknownToken)
        } else if policy == .error {
          throw unknownPiece(piece, in: utf8, of: source, line: line)
        }
      }
    }
  }

  /// The token of a piece, or -1.
  @inline(__always)
  private func token(of piece: Piece, in utf8: UnsafeBufferPointer<UInt8>) -> Token {
    let vocabulary = tokenizer.vocabulary
    if let scalar = piece.scalar { return vocabulary.token(forScalar: scalar) }
    return vocabulary.token(for: UnsafeBufferPointer(rebasing: utf8[piece.range])) ?? -1
  }

  private func unknownPiece(
    _ piece: Piece, in utf8: UnsafeBufferPointer<UInt8>, of source: String, line: Int
  ) -> TextError {
    let place = TextPlace(in: utf8, at: piece.range.lowerBound, firstLine: line)
    return TextError(
      .unknownEntry,
      "The \(tokenizer.kind.pieceName) \(name(of: utf8[piece.range])) at \(place) of \(source) is "
        + "not in the vocabulary of \(tokenizer.vocabulary.count) entries: take it out, or train on "
        + "text that has it.")
  }

  /// A piece as a message writes it: the text and its code points, or the number of a byte.
  private func name(of piece: Slice<UnsafeBufferPointer<UInt8>>) -> String {
    guard tokenizer.kind != .bytes else {
      return piece.map { "0x" + String($0, radix: 16, uppercase: true) }.joined()
    }
    let scalars = String(decoding: piece, as: UTF8.self).unicodeScalars
    let shown = scalars.prefix(12)
    let more = shown.count < scalars.count ? "…" : ""
    let codePoints = shown.map(\.codePointName).joined(separator: " ")
    return "\(String(shown).debugDescription)\(more) (\(codePoints)\(more))"
  }
}
