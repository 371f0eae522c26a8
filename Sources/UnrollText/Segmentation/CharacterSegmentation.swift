/// Cuts text into Swift's characters (extended grapheme clusters, UAX #29).
package enum CharacterSegmentation {
  /// Calls `body` for each character of valid UTF-8, in order.
  ///
  /// Scalars that stand alone are cut here; every other stretch is left to `String`, from a
  /// certain boundary to the next certain boundary.
  @inline(__always)
  package static func forEachPiece(
    in utf8: UnsafeBufferPointer<UInt8>, _ body: (Piece) throws -> Void
  ) rethrows {
    var start = 0
    while start < utf8.count {
      var (last, end) = UTF8Text.scalar(in: utf8, at: start)
      let first = last
      let firstEnd = end
      while end < utf8.count {
        let next = UTF8Text.scalar(in: utf8, at: end)
        if hasBoundary(between: last, and: next.value) { break }
        (last, end) = next
      }
      if end == firstEnd {
        try body(Piece(range: start..<end, scalar: first))
      } else {
        try forEachCharacter(in: utf8, start..<end, body)
      }
      start = end
    }
  }

  @inline(never)
  private static func forEachCharacter(
    in utf8: UnsafeBufferPointer<UInt8>, _ range: Range<Int>, _ body: (Piece) throws -> Void
  ) rethrows {
    var start = range.lowerBound
    for character in String(decoding: utf8[range], as: UTF8.self) {
      let end = start + character.utf8.count
      let (scalar, scalarEnd) = UTF8Text.scalar(in: utf8, at: start)
      try body(Piece(range: start..<end, scalar: scalarEnd == end ? scalar : nil))
      start = end
    }
  }

  /// Whether a boundary between two neighbours is certain whatever stands around them.
  @inline(__always)
  static func hasBoundary(between first: UInt32, and second: UInt32) -> Bool {
    if first < 0x80, second < 0x80 || first < 0x20 { return first != 0x0D || second != 0x0A }
    if second < 0x20 { return true }
    return standsAlone(first) && standsAlone(second)
  }

  /// Whether a scalar is of a kind that never joins another of its kind: neither extends,
  /// precedes nor follows by rules GB6 to GB13 (a subset, for the scripts that are common).
  package static func standsAlone(_ scalar: UInt32) -> Bool {
    switch scalar {
    case 0x0000...0x02FF: true  // Latin
    case 0x0370...0x0482, 0x048A...0x052F: true  // Greek, Cyrillic
    case 0x05D0...0x05EA: true  // Hebrew letters
    case 0x0620...0x064A, 0x0660...0x066F, 0x0671...0x06D5: true  // Arabic letters, digits
    case 0x0904...0x0939: true  // Devanagari letters
    case 0x0E01...0x0E30, 0x0E40...0x0E46: true  // Thai letters
    case 0x1E00...0x1FFF: true  // Latin and Greek with marks
    case 0x2010...0x205F: true  // dashes, quotation marks
    case 0x20A0...0x20CF, 0x2100...0x22FF: true  // currencies, letterlike, arrows, mathematics
    case 0x2500...0x257F: true  // box drawing
    case 0x3000...0x3029, 0x3041...0x3096, 0x309B...0x30FF: true  // kana
    case 0x3400...0x9FFF, 0xAC00...0xD7A3: true  // ideographs, Hangul syllables
    case 0xFF01...0xFF9D: true  // full-width forms
    default: false
    }
  }
}
