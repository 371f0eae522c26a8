/// The classes of scalars that words are made of.
enum ScalarClass {
  case letter
  case number
  case mark
  case whiteSpace
  case other

  @inline(__always)
  init(_ scalar: UInt32) {
    switch scalar {
    case 0x61...0x7A, 0x41...0x5A: self = .letter
    case 0x20, 0x09...0x0D: self = .whiteSpace
    case 0x30...0x39: self = .number
    case 0x00...0x7F: self = .other
    default: self = Self.beyondASCII(scalar)
    }
  }

  private static func beyondASCII(_ scalar: UInt32) -> Self {
    guard let properties = Unicode.Scalar(scalar)?.properties else { return .other }
    if properties.isWhitespace { return .whiteSpace }
    switch properties.generalCategory {
    case .uppercaseLetter, .lowercaseLetter, .titlecaseLetter, .modifierLetter, .otherLetter:
      return .letter
    case .decimalNumber, .letterNumber, .otherNumber: return .number
    case .nonspacingMark, .spacingMark, .enclosingMark: return .mark
    default: return .other
    }
  }
}
