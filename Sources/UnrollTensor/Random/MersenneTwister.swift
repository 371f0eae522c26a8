/// The generator behind `torch.manual_seed` on a CPU: MT19937 (Matsumoto and Nishimura 1998), 32 bits a draw.
///
/// Used for initial parameters, so that the same seed gives the same model as PyTorch.
public struct MersenneTwister: RandomNumberGenerator, Sendable {
  private var state: [UInt32]
  private var position = 624
  /// The second of a pair of normal numbers, until it is asked for.
  var leftoverNormal: Double?

  /// Creates the generator that `torch.manual_seed(seed)` sets; only the lower 32 bits of the seed matter, as there.
  public init(seed: UInt64) {
    state = Array(repeating: 0, count: 624)
    state[0] = UInt32(truncatingIfNeeded: seed)
    for i in 1..<624 {
      state[i] = 1_812_433_253 &* (state[i - 1] ^ state[i - 1] >> 30) &+ UInt32(i)
    }
  }

  /// The next 64 bits: two draws, the first one in front.
  public mutating func next() -> UInt64 {
    let high = UInt64(nextWord()) << 32
    return high | UInt64(nextWord())
  }

  /// The next 32 bits: one draw.
  package mutating func nextWord() -> UInt32 {
    if position == 624 { refill() }
    var word = state[position]
    position += 1
    word ^= word >> 11
    word ^= word << 7 & 0x9d2c_5680
    word ^= word << 15 & 0xefc6_0000
    return word ^ word >> 18
  }

  private mutating func refill() {
    for i in 0..<624 {
      let joined = state[i] & 0x8000_0000 | state[(i + 1) % 624] & 0x7fff_ffff
      state[i] = state[(i + 397) % 624] ^ joined >> 1 ^ (joined & 1) &* 0x9908_b0df
    }
    position = 0
  }

  /// The next 24 bits as a number of 0 ..< 1.
  mutating func uniform() -> Float { Float(nextWord() & 0xff_ffff) * 0x1p-24 }
}
