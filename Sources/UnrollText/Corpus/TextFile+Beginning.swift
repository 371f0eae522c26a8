extension TextFile {
  /// The beginning of the text, about so many bytes of it, cut where its tokens are those that the whole text begins with; the
  /// text itself if it is not longer.
  ///
  /// Throws `FileError` if the file cannot be read, and `TextError` if that beginning is no UTF-8 text.
  package func beginning(_ byteCount: Int, for tokenizer: Tokenizer) throws -> TextFile {
    let cut = TextCut(for: tokenizer.kind, tokenizer.preparation)
    var size = max(byteCount, 1)
    while size < self.byteCount {
      let bytes = try open().bytes(in: 0..<size)
      if let end = bytes.withUnsafeBufferPointer({ cut.last(in: $0, after: 0) }) {
        return try TextFile(path: path, utf8: Array(bytes[..<end]))
      }
      size *= 2
    }
    return self
  }
}
