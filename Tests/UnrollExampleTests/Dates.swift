import Unroll

/// Dates as people write them, and as ISO 8601 does: what the translator learns from.
struct Dates {
  /// Inputs and outputs of a batch, as tokens.
  struct Batch {
    /// `[T, N]`, padded with zeros.
    let written: Indices
    let lengths: [Int32]
    /// `[T, N]`, in front of each character of the ISO date the one before, or zero at the beginning.
    let before: Indices
    /// `[T, N]`, the characters of the ISO dates.
    let iso: Indices
  }

  /// Zero is padding or the beginning.
  static let writtenCharacters = Array("\0 ,0123456789abcdefghijlmnoprstuvyz")
  static let isoCharacters = Array("\0-0123456789")
  static let isoLength = 10

  private static let months = [
    "january", "february", "march", "april", "may", "june", "july", "august", "september",
    "october", "november", "december",
  ]

  private var random: RandomStream

  init(seed: UInt64) { random = RandomStream(seed: seed, purpose: .shuffling) }

  /// The next N dates.
  mutating func batch(of size: Int) -> Batch {
    let dates = (0..<size).map { _ in next() }
    let lengths = dates.map { Int32($0.written.count) }
    let longest = Int(lengths.max() ?? 0)
    let written = dates.map { date in
      Self.tokens(date.written, Self.writtenCharacters).padded(to: longest)
    }
    let iso = dates.map { Self.tokens($0.iso, Self.isoCharacters) }
    let targets = stack(iso).transposed(0, 1)
    let begin = Indices(Array(repeating: 0, count: size), shape: [1, size])
    return Batch(
      written: stack(written).transposed(0, 1), lengths: lengths,
      before: concatenate([begin, targets[..<(Self.isoLength - 1)]], axis: 0), iso: targets)
  }

  private mutating func next() -> (written: String, iso: String) {
    let year = Int.random(in: 1950...2049, using: &random)
    let month = Int.random(in: 1...12, using: &random)
    let day = Int.random(in: 1...28, using: &random)
    let name = Self.months[month - 1]
    let written =
      switch Int.random(in: 0..<3, using: &random) {
      case 0: "\(name) \(day), \(year)"
      case 1: "\(day) \(name) \(year)"
      default: "\(name.prefix(3)) \(day) \(year)"
      }
    return (written, "\(year)-\(twoDigits(month))-\(twoDigits(day))")
  }

  private func twoDigits(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }

  private static func tokens(_ text: String, _ characters: [Character]) -> Indices {
    Indices(text.map { Int32(characters.firstIndex(of: $0) ?? 0) }, shape: [text.count])
  }
}

extension Indices {
  fileprivate func padded(to length: Int) -> Indices {
    concatenate(
      [self, Indices(Array(repeating: 0, count: length - count), shape: [length - count])], axis: 0)
  }
}
