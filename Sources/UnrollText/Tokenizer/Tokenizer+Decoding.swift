extension Tokenizer {
  /// The text of some tokens.
  ///
  /// Reserved entries decode to nothing, except `unknown`, which decodes to U+FFFD, as do bytes
  /// that make no character. Every token must be in the vocabulary.
  public func decode(_ tokens: some Sequence<Token>) -> String {
    var bytes: [UInt8] = []
    // As an array, so that the loop is compiled for one type, not for any sequence.
    for token in Array(tokens) { appendBytes(of: token, to: &bytes) }
    return String(decoding: bytes, as: UTF8.self)
  }

  package func appendBytes(of token: Token, to bytes: inout [UInt8]) {
    guard 0 <= token && token < vocabulary.count else {
      fatalError("Token \(token) is not in the vocabulary of \(vocabulary.count) entries.")
    }
    for byte in spellings[Int(token)] { bytes.append(byte) }
  }
}
