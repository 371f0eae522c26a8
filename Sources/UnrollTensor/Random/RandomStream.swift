internal import CUnroll

/// A stream of random numbers in which every draw is a function of (seed, purpose, position): Philox 4x32-10
/// (Salmon et al. 2011). Skipping ahead costs nothing, and saving it takes two numbers.
public struct RandomStream: RandomNumberGenerator, Sendable, Hashable {
  /// What a stream is for. Streams for different purposes never meet.
  public enum Purpose: UInt64, Sendable {
    /// What dropout drops.
    case dropout = 1
    /// The order of examples.
    case shuffling = 2
    /// The tokens that a model writes.
    case sampling = 3
    /// The parts of a text that is drawn anew, for an interval.
    case resampling = 4
    /// By how much numbers about a text are shifted against it.
    case shifting = 5
    /// The words that a tagger is to tag by their characters.
    case hiding = 6
    /// Where a translator reads what it would have written itself.
    case guessing = 7
    /// The settings that a search tries.
    case tuning = 8
  }

  /// The stream's key.
  public let key: UInt64
  /// How many 32-bit draws came before.
  public private(set) var position: UInt64

  /// Creates the stream of a purpose at its beginning: that of a number (an epoch, a step, a row), and of a part of what the
  /// number stands for. The first part has the stream of the whole.
  public init(seed: UInt64, purpose: Purpose, number: UInt64 = 0, part: UInt64 = 0) {
    let whole = RandomStream.mixed(
      RandomStream.mixed(seed &+ purpose.rawValue &* 0x9e37_79b9_7f4a_7c15) &+ number)
    key = part == 0 ? whole : RandomStream.mixed(whole &+ part)
    position = 0
  }

  /// Goes on with a stream that was saved.
  public init(key: UInt64, position: UInt64) {
    self.key = key
    self.position = position
  }

  /// The next 64 bits.
  public mutating func next() -> UInt64 {
    var draws: (UInt32, UInt32) = (0, 0)
    withUnsafeMutableBytes(of: &draws) { bytes in
      let words = bytes.bindMemory(to: UInt32.self)
      if let base = words.baseAddress { CUnroll_philox(key, position, base, 2) }
    }
    position += 2
    return UInt64(draws.0) << 32 | UInt64(draws.1)
  }

  /// A number of 0 ..< 1 with 24 bits.
  public mutating func uniform() -> Float {
    var draw: UInt32 = 0
    CUnroll_philox(key, position, &draw, 1)
    position += 1
    return Float(draw >> 8) * 0x1p-24
  }

  /// The position of the first of `count` draws to come, on a border of sixteen, which are then used up.
  mutating func reserve(_ count: Int) -> UInt64 {
    let first = (position + 15) / 16 * 16
    position = first + UInt64(count)
    return first
  }

  /// The finaliser of SplitMix64 (Steele, Lea and Flood 2014).
  private static func mixed(_ word: UInt64) -> UInt64 {
    var z = word &+ 0x9e37_79b9_7f4a_7c15
    z = (z ^ z >> 30) &* 0xbf58_476d_1ce4_e5b9
    z = (z ^ z >> 27) &* 0x94d0_49bb_1331_11eb
    return z ^ z >> 31
  }
}
