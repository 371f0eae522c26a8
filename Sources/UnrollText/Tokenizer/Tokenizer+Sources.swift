extension Tokenizer {
  /// The tokens of a text, each with the part of the text that it stands for, as it was written.
  ///
  /// - Throws: `TextError` as `encode(_:)` does.
  package func encodeWithSources(
    _ text: String, from name: String
  ) throws -> [(token: Token, source: String)] {
    var text = text
    var encoder = TextEncoder(self)
    let spelled = SpelledExtents(self)
    return try text.withUTF8 { utf8 in
      var encoded = EncodedText()
      do {
        try encoder.encode(utf8, beginsText: true, into: &encoded)
      } catch let piece as TextEncoder.UnknownPiece {
        throw piece.error(at: TextPlace(in: utf8, at: piece.offset), of: name)
      }
      var exceptions = encoded.exceptions[...]
      var place = 0
      return encoded.tokens.enumerated().map { index, token in
        var extent = spelled[Int(token)]
        if let exception = exceptions.first, exception.place == index {
          extent = exception.extent
          exceptions.removeFirst()
        }
        let start = place + extent.passed
        place = start + extent.bytes
        return (token, String(decoding: utf8[start..<place], as: UTF8.self))
      }
    }
  }
}
