/// Korean syllables, which are decomposed and composed by arithmetic (The Unicode Standard, 3.12).
enum Hangul {
  private static let syllables: ClosedRange<UInt32> = 0xAC00...0xD7A3
  private static let leading: ClosedRange<UInt32> = 0x1100...0x1112
  private static let vowels: ClosedRange<UInt32> = 0x1161...0x1175
  private static let trailing: ClosedRange<UInt32> = 0x11A8...0x11C2

  private static let vowelCount: UInt32 = 21
  private static let trailingCount: UInt32 = 28

  /// The jamo that may compose with what is before them.
  static var seconds: [UInt32] { Array(vowels) + Array(trailing) }

  /// Appends the two or three jamo of a syllable; `false` if the scalar is none.
  static func appendDecomposition(of scalar: UInt32, to scalars: inout [UInt32]) -> Bool {
    guard syllables.contains(scalar) else { return false }
    let index = scalar - syllables.lowerBound
    let (pair, last) = index.quotientAndRemainder(dividingBy: trailingCount)
    scalars.append(leading.lowerBound + pair / vowelCount)
    scalars.append(vowels.lowerBound + pair % vowelCount)
    if last > 0 { scalars.append(trailing.lowerBound + last - 1) }
    return true
  }

  /// The syllable of two jamo, or of a syllable without a last jamo and that jamo.
  static func composition(of first: UInt32, _ second: UInt32) -> UInt32? {
    if leading.contains(first), vowels.contains(second) {
      let pair = (first - leading.lowerBound) * vowelCount + second - vowels.lowerBound
      return syllables.lowerBound + pair * trailingCount
    }
    if syllables.contains(first), trailing.contains(second),
      (first - syllables.lowerBound).isMultiple(of: trailingCount)
    {
      return first + second - trailing.lowerBound + 1
    }
    return nil
  }
}
