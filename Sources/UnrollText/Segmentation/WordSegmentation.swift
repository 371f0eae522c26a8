/// Cuts text into words (letters, with apostrophes between them), numbers (digits), and single
/// white spaces and other scalars; marks and joiners stay with what they follow, as does the line
/// feed with its carriage return.
package enum WordSegmentation {
  @inline(__always)
  static func forEachPiece(
    in utf8: UnsafeBufferPointer<UInt8>, _ body: (Piece) throws -> Void
  ) rethrows {
    var start = 0
    while start < utf8.count {
      let (first, firstEnd) = UTF8Text.scalar(in: utf8, at: start)
      let kind = ScalarClass(first)
      var end = firstEnd
      while end < utf8.count, let next = continuation(of: kind, after: first, in: utf8, at: end) {
        end = next
      }
      try body(Piece(range: start..<end, scalar: end == firstEnd ? first : nil))
      start = end
    }
  }

  /// The words and numbers of valid UTF-8.
  package static func words(in bytes: [UInt8]) -> [Range<Int>] {
    var words: [Range<Int>] = []
    bytes.withUnsafeBufferPointer { utf8 in
      forEachPiece(in: utf8) { piece in
        let kind = ScalarClass(UTF8Text.scalar(in: utf8, at: piece.range.lowerBound).value)
        if kind == .letter || kind == .number { words.append(piece.range) }
      }
    }
    return words
  }

  /// The end of what continues, at an offset, a piece of a class; `nil` if the piece is over.
  @inline(__always)
  private static func continuation(
    of kind: ScalarClass, after first: UInt32, in utf8: UnsafeBufferPointer<UInt8>, at offset: Int
  ) -> Int? {
    let (scalar, end) = UTF8Text.scalar(in: utf8, at: offset)
    if kind == .whiteSpace {
      return first == 0x0D && scalar == 0x0A && utf8[offset - 1] == 0x0D ? end : nil
    }
    let next = ScalarClass(scalar)
    if next == .mark || scalar == 0x200D { return end }
    if kind == .letter, scalar == 0x27 || scalar == 0x2019, end < utf8.count {
      let (following, followingEnd) = UTF8Text.scalar(in: utf8, at: end)
      return ScalarClass(following) == .letter ? followingEnd : nil
    }
    return next == kind && (kind == .letter || kind == .number) ? end : nil
  }
}
