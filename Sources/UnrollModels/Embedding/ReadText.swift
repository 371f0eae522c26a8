internal import UnrollText

/// A text as a model reads it.
struct ReadText {
  let tokens: [Token]
  /// What the tokens spell; valid UTF-8.
  let bytes: [UInt8]
  /// The bytes of each token.
  let extents: [Range<Int>]

  /// - Throws: `TextError` if the text has something that the vocabulary lacks, or something within a character is left out.
  init(_ text: String, named name: String, _ unknown: UnknownPolicy?, by tokenizer: Tokenizer)
    throws
  {
    tokens = try tokenizer.encode(text, from: name, unknown: unknown)
    var (bytes, extents) = ([UInt8](), [Range<Int>]())
    extents.reserveCapacity(tokens.count)
    for token in tokens {
      let start = bytes.count
      tokenizer.appendBytes(of: token, to: &bytes)
      extents.append(start..<bytes.count)
    }
    guard String(decoding: bytes, as: UTF8.self).utf8.elementsEqual(bytes) else {
      throw TextError(
        .unknownEntry,
        "\(name) has bytes that the model knows beside some of the same character that it does not: "
          + "leave that character out, or replace it")
    }
    (self.bytes, self.extents) = (bytes, extents)
  }

  /// The tokens that have bytes of a range; where it is empty, the last one before it, if there is one.
  func tokens(in range: Range<Int>) -> Range<Int> {
    // The first token that ends behind a place.
    func first(endingBehind place: Int) -> Int { firstIndex { $0.upperBound > place } }
    let start = first(endingBehind: range.lowerBound)
    guard !range.isEmpty else { return Swift.max(0, start - 1)..<start }
    return start..<firstIndex { $0.lowerBound >= range.upperBound }
  }

  /// The number of the first token whose extent has a property that all behind it have.
  private func firstIndex(where isBehind: (Range<Int>) -> Bool) -> Int {
    var (low, high) = (0, extents.count)
    while low < high {
      let middle = (low + high) / 2
      if isBehind(extents[middle]) { high = middle } else { low = middle + 1 }
    }
    return low
  }
}
