/// Encodes texts with one tokenizer, and remembers what its byte-pair merges made of a word.
struct TextEncoder {
  private let tokenizer: Tokenizer
  private let policy: UnknownPolicy
  private let unknownToken: Token?
  private var bytePairs: BytePairEncoder?

  /// A piece that the vocabulary does not have, and its place in the text.
  struct UnknownPiece: Error {
    /// Line and column, both counted from 1 at the beginning of the text that was encoded.
    let place: TextPlace
    /// The piece as a message writes it: the text and its code points, or the number of a byte.
    let name: String
    /// The kind of piece and the number of those that are known.
    let tokenizer: Tokenizer

    /// The error for a text that is called `source`.
    func error(at place: TextPlace, of source: String) -> TextError {
      TextError(
        .unknownEntry,
        "the \(tokenizer.kind.pieceName) \(name) at \(place) of \(source) is not in the vocabulary of "
          + "\(tokenizer.vocabulary.count) entries: take it out, or train on text that has it")
    }
  }

  /// Creates an encoder; throws `TextError` if the vocabulary cannot follow the unknown policy.
  init(_ tokenizer: Tokenizer, unknown: UnknownPolicy? = nil) throws {
    self.tokenizer = tokenizer
    policy = unknown ?? tokenizer.unknown
    unknownToken = tokenizer.vocabulary.token(for: .unknown)
    bytePairs = tokenizer.merges.map { BytePairEncoder($0) }
    guard policy != .token || unknownToken != nil else {
      throw TextError(
        .invalidDescription,
        "the vocabulary has no entry for unknown text: choose the unknown policy \"error\" or "
          + "\"skip\", or learn the tokenizer with the policy \"token\"")
    }
  }

  /// Appends the tokens of valid UTF-8; throws `UnknownPiece`.
  mutating func encode(
    _ utf8: UnsafeBufferPointer<UInt8>, into tokens: inout [Token]
  ) throws {
    try tokenizer.preparation.withPrepared(utf8) { utf8 in
      guard bytePairs == nil else {
        bytePairs?.encode(utf8, into: &tokens)
        return
      }
      // Appending one by one would check each time that nobody else has the array.
      try withUnsafeTemporaryAllocation(of: Token.self, capacity: 256) { block in
        var count = 0
        defer { tokens.append(contentsOf: UnsafeBufferPointer(rebasing: block[..<count])) }
        try tokenizer.kind.forEachPiece(in: utf8) { piece in
          var token = token(of: piece, in: utf8)
          if token < 0 {
            if policy == .error { throw unknownPiece(piece, in: utf8) }
            guard policy == .token, let unknownToken else { return }
            token = unknownToken
          }
          if count == block.count {
            tokens.append(contentsOf: UnsafeBufferPointer(block))
            count = 0
          }
          block[count] = token
          count += 1
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
    _ piece: Piece, in utf8: UnsafeBufferPointer<UInt8>
  ) -> UnknownPiece {
    UnknownPiece(
      place: TextPlace(in: utf8, at: piece.range.lowerBound), name: name(of: utf8[piece.range]),
      tokenizer: tokenizer)
  }

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
