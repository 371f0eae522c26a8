/// Where a text may be cut so that what becomes of its parts is what becomes of the whole: told from
/// the two scalars beside the cut alone, whatever stands around them.
enum TextCut {
  /// Between any two scalars, but not within a carriage return and its line feed.
  case scalars
  /// At a certain boundary between characters, which is also one of normalisation.
  case characters
  /// Before what always begins a piece of `WordSegmentation`.
  case words
  /// Before what always begins a piece of `BytePairSegmentation`.
  case bytePairs

  /// The cuts that leave the tokens of a kind, and the preparation of the text for it, as they are.
  init(for kind: TokenizerKind, _ preparation: TextPreparation) {
    self =
      switch kind {
      case .bytes, .scalars: preparation.normalization == .none ? .scalars : .characters
      case .characters: .characters
      case .words: .words
      case .bpe: .bytePairs
      }
  }

  /// The last cut of a text, which need not be valid everywhere, behind an offset.
  ///
  /// Even where any two scalars can be parted, a cut between characters is taken if there is one,
  /// so that places in the text can be counted in characters.
  func last(in utf8: UnsafeBufferPointer<UInt8>, after start: Int) -> Int? {
    if case .scalars = self, let cut = TextCut.characters.last(in: utf8, after: start) {
      return cut
    }
    var place = utf8.count - 1
    while place > start {
      if let second = UTF8Text.validScalar(in: utf8, at: place),
        let first = UTF8Text.validScalar(in: utf8, before: place),
        isAllowed(between: first, and: second)
      {
        return place
      }
      place -= 1
    }
    return nil
  }

  private func isAllowed(between first: UInt32, and second: UInt32) -> Bool {
    guard first != 0x0D || second != 0x0A else { return false }
    switch self {
    case .scalars: return true
    case .characters: return CharacterSegmentation.hasBoundary(between: first, and: second)
    case .words:
      // The apostrophe may join letters, and a mark or a letter may belong to what is before it.
      return Self.isSpaceOrPunctuation(second) && second != 0x27
    case .bytePairs:
      guard Self.isSpaceOrPunctuation(second) else { return false }
      if ScalarClass(second) == .whiteSpace { return ScalarClass(first) != .whiteSpace }
      return Self.isSettledLetter(first)
    }
  }

  /// ASCII other than letters and digits, and the comma and full stop of East Asia: no preparation
  /// changes them, and they join nothing before them but their like.
  private static func isSpaceOrPunctuation(_ scalar: UInt32) -> Bool {
    switch scalar {
    case 0x30...0x39, 0x41...0x5A, 0x61...0x7A: false
    case 0x00...0x7F, 0x3001...0x3002: true
    default: false
    }
  }

  /// Letters and digits that every preparation leaves letters and digits.
  private static func isSettledLetter(_ scalar: UInt32) -> Bool {
    switch scalar {
    case 0x30...0x39, 0x41...0x5A, 0x61...0x7A: true  // ASCII
    case 0x0400...0x0481, 0x048A...0x052F: true  // Cyrillic
    case 0x3041...0x3096, 0x30A1...0x30FA: true  // kana
    case 0x3400...0x4DBF, 0x4E00...0x9FFF, 0xAC00...0xD7A3: true  // ideographs, Hangul
    default: false
    }
  }
}
