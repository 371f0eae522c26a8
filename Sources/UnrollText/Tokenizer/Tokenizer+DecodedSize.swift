extension Tokenizer {
  /// The numbers of characters and bytes of what tokens decode to, in memory that does not grow with
  /// them.
  ///
  /// Throws `FileError` if the tokens are in a file that cannot be read, and `TextError` if they have
  /// been damaged.
  package func decodedSize(of tokens: Tokens) throws -> (characters: Int, bytes: Int) {
    var size = (characters: 0, bytes: 0)
    var pending: [UInt8] = []
    var text: [UInt8] = []
    func count(_ range: Range<Int>) {
      text.withUnsafeBufferPointer { text in
        CharacterSegmentation.forEachPiece(in: UnsafeBufferPointer(rebasing: text[range])) { _ in
          size.characters += 1
        }
      }
      size.bytes += range.count
      text.removeSubrange(range)
    }
    try tokens.forEachBlock { block in
      for token in block { appendBytes(of: token, to: &pending) }
      let complete = pending.count - UTF8Text.incompleteSuffixCount(of: pending)
      text.append(contentsOf: String(decoding: pending[..<complete], as: UTF8.self).utf8)
      pending.removeFirst(complete)
      count(0..<(text.withUnsafeBufferPointer { TextCut.characters.last(in: $0, after: 0) } ?? 0))
    }
    text.append(contentsOf: String(decoding: pending, as: UTF8.self).utf8)
    count(0..<text.count)
    return size
  }
}
