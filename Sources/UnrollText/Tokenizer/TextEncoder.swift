/// Encodes texts with one tokenizer, and remembers what its byte-pair merges made of a word.
struct TextEncoder {
  private let tokenizer: Tokenizer
  private let policy: UnknownPolicy
  private let unknownToken: Token?
  private var bytePairs: BytePairEncoder?
  /// Taken out while it is used.
  private var preparer: TextPreparer?
  private var tracing: TokenTracing
  private var unknownPieces: [TokenTracing.Unknown] = []

  /// A piece that the vocabulary does not have.
  struct UnknownPiece: Error {
    /// The offset of the piece in the text that was encoded.
    let offset: Int
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

  /// Creates an encoder that follows the tokenizer's unknown policy.
  init(_ tokenizer: Tokenizer) {
    self.tokenizer = tokenizer
    policy = tokenizer.unknown
    unknownToken = tokenizer.vocabulary.token(for: .unknown)
    bytePairs = tokenizer.merges.map { BytePairEncoder($0) }
    tracing = TokenTracing(tokenizer)
  }

  /// Appends the tokens of valid UTF-8; throws `UnknownPiece`.
  ///
  /// - Parameter beginsText: whether this is the beginning of a text.
  mutating func encode(
    _ utf8: UnsafeBufferPointer<UInt8>, beginsText: Bool, into encoded: inout EncodedText
  ) throws {
    let first = encoded.tokens.count
    unknownPieces.removeAll(keepingCapacity: true)
    var preparer = preparer.take() ?? TextPreparer(tokenizer.preparation)
    defer { self.preparer = preparer }
    try preparer.withPrepared(utf8, beginsText: beginsText) { prepared in
      if bytePairs == nil {
        try append(prepared, to: &encoded.tokens)
      } else {
        bytePairs?.encode(prepared.utf8, into: &encoded.tokens)
      }
      tracing.trace(prepared, of: utf8, unknown: unknownPieces, from: first, in: &encoded)
    }
  }

  private mutating func append(_ prepared: PreparedText, to tokens: inout [Token]) throws {
    let utf8 = prepared.utf8
    // Appending one by one would check each time that nobody else has the array.
    try withUnsafeTemporaryAllocation(of: Token.self, capacity: 256) { block in
      var count = 0
      defer { tokens.append(contentsOf: UnsafeBufferPointer(rebasing: block[..<count])) }
      try tokenizer.kind.forEachPiece(in: utf8) { piece in
        var token = token(of: piece, in: utf8)
        if token < 0 {
          if policy == .error { throw unknownPiece(piece, in: prepared) }
          let replacement = policy == .token ? unknownToken : nil
          unknownPieces.append(
            .init(
              place: tokens.count + count, range: piece.range, isSkipped: replacement == nil))
          guard let replacement else { return }
          token = replacement
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

  /// The token of a piece, or -1.
  @inline(__always)
  private func token(of piece: Piece, in utf8: UnsafeBufferPointer<UInt8>) -> Token {
    let vocabulary = tokenizer.vocabulary
    if let scalar = piece.scalar { return vocabulary.token(forScalar: scalar) }
    return vocabulary.token(for: UnsafeBufferPointer(rebasing: utf8[piece.range])) ?? -1
  }

  private func unknownPiece(_ piece: Piece, in prepared: PreparedText) -> UnknownPiece {
    var places = SourcePlaces(prepared.changes)
    return UnknownPiece(
      offset: places.start(of: piece.range.lowerBound), name: name(of: prepared.utf8[piece.range]),
      tokenizer: tokenizer)
  }

  private func name(of piece: Slice<UnsafeBufferPointer<UInt8>>) -> String {
    guard tokenizer.kind != .bytes else {
      return piece.map { "0x" + String($0, radix: 16, uppercase: true) }.joined()
    }
    let scalars = String(decoding: piece, as: UTF8.self).unicodeScalars
    let shown = scalars.prefix(12)
    let more = shown.count < scalars.count ? "…" : ""
    let codePoints = shown.map(\.codePoint).joined(separator: " ")
    return "\(String(shown).debugDescription)\(more) (\(codePoints)\(more))"
  }
}
