/// Random numbers for orders that depend on nothing but numbers: each draw is a function of (seed,
/// purpose, number, position).
///
/// The bits are those of SplitMix64 (Steele, Lea and Flood 2014), whose state is a counter.
package struct OrderGenerator: RandomNumberGenerator {
  /// What an order is for. Generators for different purposes have nothing in common.
  package enum Purpose: UInt64, CaseIterable, Sendable {
    /// Which documents are kept for validation and testing.
    case splitting = 1
    /// The order of the documents in an epoch, whose number is that of the generator.
    case shuffling = 2
  }

  private static let step: UInt64 = 0x9E37_79B9_7F4A_7C15

  private let key: UInt64
  private var position: UInt64 = 0

  /// Creates the generator of a purpose, at its beginning.
  package init(seed: UInt64, purpose: Purpose, number: Int = 0) {
    key = Self.mixed(
      Self.mixed(seed &+ purpose.rawValue &* Self.step) &+ UInt64(truncatingIfNeeded: number))
  }

  /// The next 64 bits.
  package mutating func next() -> UInt64 {
    position += 1
    return Self.mixed(key &+ position &* Self.step)
  }

  /// Spreads the bits of a number over all bits of the result; no two numbers have the same.
  static func mixed(_ number: UInt64) -> UInt64 {
    var bits = number
    bits = (bits ^ (bits >> 30)) &* 0xBF58_476D_1CE4_E5B9
    bits = (bits ^ (bits >> 27)) &* 0x94D0_49BB_1331_11EB
    return bits ^ (bits >> 31)
  }
}

extension Array {
  /// Puts the elements in a random order (Fisher and Yates), the same on every platform.
  ///
  /// The standard library does not promise that its own shuffle stays as it is.
  mutating func shuffleReproducibly(using generator: inout OrderGenerator) {
    for last in indices.dropFirst().reversed() {
      let place = generator.next().multipliedFullWidth(by: UInt64(last + 1)).high
      swapAt(last, Int(place))
    }
  }
}
