/// The generator of Steele, Lea and Flood (2014), for orders that depend on nothing but numbers.
package struct SplitMix64: RandomNumberGenerator {
  private var state: UInt64

  /// Creates the generator of one of the streams of a seed.
  package init(seed: UInt64, stream: UInt64 = 0) {
    state = seed
    state = next() ^ stream
    state = next()
  }

  /// The next 64 bits.
  package mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var bits = state
    bits = (bits ^ (bits >> 30)) &* 0xBF58_476D_1CE4_E5B9
    bits = (bits ^ (bits >> 27)) &* 0x94D0_49BB_1331_11EB
    return bits ^ (bits >> 31)
  }
}

extension Array {
  /// Puts the elements in a random order (Fisher and Yates), the same on every platform.
  ///
  /// The standard library does not promise that its own shuffle stays as it is.
  mutating func shuffleReproducibly(using generator: inout SplitMix64) {
    for last in indices.dropFirst().reversed() {
      let place = generator.next().multipliedFullWidth(by: UInt64(last + 1)).high
      swapAt(last, Int(place))
    }
  }
}
