/// The classes of scalars that words are made of.
enum ScalarClass {
  case letter
  case number
  case mark
  case whiteSpace
  case other

  /// The classes of the Basic Multilingual Plane; looking up properties is ten times slower.
  private static let basicPlane = (0..<0x10000).map { Self(lookingUp: $0) }

  @inline(__always)
  init(_ scalar: UInt32) {
    self = scalar < 0x10000 ? Self.basicPlane[Int(scalar)] : Self(lookingUp: scalar)
  }

  private init(lookingUp scalar: UInt32) {
    guard let properties = Unicode.Scalar(scalar)?.properties else {
      self = .other
      return
    }
    switch properties.generalCategory {
    case _ where properties.isWhitespace: self = .whiteSpace
    case .uppercaseLetter, .lowercaseLetter, .titlecaseLetter, .modifierLetter, .otherLetter:
      self = .letter
    case .decimalNumber, .letterNumber, .otherNumber: self = .number
    case .nonspacingMark, .spacingMark, .enclosingMark: self = .mark
    default: self = .other
    }
  }
}
