package import UnrollTensor

/// SplitMix64 (Steele, Lea and Flood 2014): random test data that depends on the seed alone.
package struct SeededGenerator: RandomNumberGenerator {
  private var state: UInt64

  package init(seed: UInt64) { state = seed }

  package mutating func next() -> UInt64 {
    state &+= 0x9e37_79b9_7f4a_7c15
    var z = state
    z = (z ^ z >> 30) &* 0xbf58_476d_1ce4_e5b9
    z = (z ^ z >> 27) &* 0x94d0_49bb_1331_11eb
    return z ^ z >> 31
  }

  /// A number of 0 ..< 1.
  package mutating func uniform() -> Float { Float(next() >> 40) * 0x1p-24 }
}

extension Tensor {
  /// Random elements within bounds.
  package static func random(
    _ shape: Shape, seed: UInt64, in bounds: ClosedRange<Float> = -1...1
  ) -> Tensor {
    var generator = SeededGenerator(seed: seed)
    let (low, high) = (bounds.lowerBound, bounds.upperBound)
    return Tensor(
      (0..<shape.elementCount).map { _ in low + (high - low) * generator.uniform() }, shape: shape)
  }

  /// Elements with magnitudes evenly spread over the exponents from the smallest denormal number to 2⁻⁹⁰, some of
  /// them zero.
  package static func tiny(_ shape: Shape, seed: UInt64, isSigned: Bool = true) -> Tensor {
    var generator = SeededGenerator(seed: seed)
    return Tensor(
      (0..<shape.elementCount).map { _ in
        let draw = generator.next()
        let size = (1 + Float(draw & 0x7f_ffff) * 0x1p-23) * 0x1p-90
        let scaled = size * Float(sign: .plus, exponent: -Int(draw >> 32 % 61), significand: 1)
        return isSigned && draw >> 63 == 1 ? -scaled : scaled
      }, shape: shape)
  }
}

extension Indices {
  /// Random indices below a limit.
  package static func random(_ shape: Shape, below limit: Int, seed: UInt64) -> Indices {
    var generator = SeededGenerator(seed: seed)
    return Indices(
      (0..<shape.elementCount).map { _ in Int32(generator.next() % UInt64(limit)) }, shape: shape)
  }
}
