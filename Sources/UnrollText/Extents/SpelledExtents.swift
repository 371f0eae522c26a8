/// What each token of a vocabulary usually stands for: its spelling.
struct SpelledExtents: Sendable {
  private let bytes: [UInt32]
  private let characters: [UInt32]

  init(_ tokenizer: Tokenizer) {
    let spellings = tokenizer.spellings
    let unknown = tokenizer.vocabulary.token(for: .unknown).map(Int.init)
    let isOfBytes = tokenizer.kind == .bytes || tokenizer.kind == .bpe
    var bytes: [UInt32] = []
    var characters: [UInt32] = []
    for token in 0..<spellings.count {
      let spelling = spellings[token]
      // The text that an unknown token stands for is mostly as short as can be.
      bytes.append(token == unknown ? 1 : UInt32(spelling.count))
      let characterCount =
        isOfBytes
        ? spelling.count { $0 & 0xC0 != 0x80 } : String(decoding: spelling, as: UTF8.self).count
      characters.append(token == unknown ? 1 : UInt32(characterCount))
    }
    self.bytes = bytes
    self.characters = characters
  }

  /// The number of bytes of a token's spelling; an unknown piece counts as one byte.
  @inline(__always)
  func byteCount(of token: Int) -> Int { Int(bytes[token]) }

  /// What a token usually stands for.
  @inline(__always)
  subscript(token: Int) -> TokenExtent {
    TokenExtent(bytes: Int(bytes[token]), characters: Int(characters[token]))
  }
}
