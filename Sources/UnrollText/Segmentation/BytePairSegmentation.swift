/// Cuts text as GPT-2 does before byte-pair encoding.
///
/// Pieces are the matches of
///
///     's|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+
package enum BytePairSegmentation {
  @inline(__always)
  package static func forEachPiece(
    in utf8: UnsafeBufferPointer<UInt8>, _ body: (Piece) throws -> Void
  ) rethrows {
    var start = 0
    while start < utf8.count {
      let end = end(ofPieceAt: start, in: utf8)
      try body(Piece(range: start..<end, scalar: nil))
      start = end
    }
  }

  private static func end(ofPieceAt start: Int, in utf8: UnsafeBufferPointer<UInt8>) -> Int {
    if let end = endOfContraction(at: start, in: utf8) { return end }
    var (scalar, end) = UTF8Text.scalar(in: utf8, at: start)
    var run = RunClass(scalar)
    if scalar == 0x20, end < utf8.count {
      let next = UTF8Text.scalar(in: utf8, at: end)
      run = RunClass(next.value)
      if run != .whiteSpace { end = next.end }
    }
    var last = start
    while end < utf8.count {
      (scalar, _) = UTF8Text.scalar(in: utf8, at: end)
      guard RunClass(scalar) == run else { break }
      last = end
      end = UTF8Text.scalar(in: utf8, at: end).end
    }
    // The last of several white spaces before something else goes with what follows.
    return run == .whiteSpace && end < utf8.count && last > start ? last : end
  }

  private enum RunClass {
    case letter, number, whiteSpace, other

    @inline(__always)
    init(_ scalar: UInt32) {
      switch ScalarClass(scalar) {
      case .letter: self = .letter
      case .number: self = .number
      case .whiteSpace: self = .whiteSpace
      case .mark, .other: self = .other
      }
    }
  }

  private static func endOfContraction(
    at start: Int, in utf8: UnsafeBufferPointer<UInt8>
  ) -> Int? {
    guard utf8[start] == UInt8(ascii: "'"), start + 1 < utf8.count else { return nil }
    switch (utf8[start + 1], start + 2 < utf8.count ? utf8[start + 2] : 0) {
    case (UInt8(ascii: "s"), _), (UInt8(ascii: "t"), _), (UInt8(ascii: "m"), _),
      (UInt8(ascii: "d"), _):
      return start + 2
    case (UInt8(ascii: "r"), UInt8(ascii: "e")), (UInt8(ascii: "v"), UInt8(ascii: "e")),
      (UInt8(ascii: "l"), UInt8(ascii: "l")):
      return start + 3
    default: return nil
    }
  }
}
