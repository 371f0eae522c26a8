internal import UnrollText

/// The bytes of all tokens in alphabetical order, so that a walk over them need not repeat what neighbours share.
struct VocabularyPieces: Sendable {
  /// The tokens that stand for bytes.
  private(set) var tokens: [Token] = []
  private var bytes: [UInt8] = []
  private var ends: [Int] = []
  /// How many bytes a piece has in common with the one before it.
  private var shared: [Int] = []

  init(_ tokenizer: Tokenizer) {
    var pieces: [(token: Token, bytes: [UInt8])] = []
    for token in 0..<Token(tokenizer.vocabulary.count) {
      var piece: [UInt8] = []
      tokenizer.appendBytes(of: token, to: &piece)
      if !piece.isEmpty { pieces.append((token, piece)) }
    }
    pieces.sort { $0.bytes.lexicographicallyPrecedes($1.bytes) }
    var before: [UInt8] = []
    for piece in pieces {
      tokens.append(piece.token)
      bytes += piece.bytes
      ends.append(bytes.count)
      shared.append(zip(before, piece.bytes).prefix { $0 == $1 }.count)
      before = piece.bytes
    }
  }

  /// Calls `body` with each token that an automaton can take in a state, and the state that follows.
  func forEachStep(
    of automaton: Automaton, from start: Int32, _ body: (Token, Int32) -> Void
  ) {
    // The states after the first bytes of the piece.
    var states = [start]
    for index in tokens.indices {
      let first = index == 0 ? 0 : ends[index - 1]
      // States were found only as far as the pieces before did not fail.
      guard states.count > shared[index] else { continue }
      states.removeSubrange((shared[index] + 1)...)
      var isDead = false
      for byte in bytes[(first + shared[index])..<ends[index]] {
        let next = automaton[states[states.count - 1], byte]
        if next == Automaton.dead {
          isDead = true
          break
        }
        states.append(next)
      }
      if !isDead { body(tokens[index], states[states.count - 1]) }
    }
  }
}
