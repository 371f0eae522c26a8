/// Groups of texts of about the same length, to be read side by side; texts without a token are in none.
struct LengthGroups: Sequence, IteratorProtocol {
  /// The most tokens of a group, what is filled up included, unless a single text has more.
  private static let mostTokens = 1 << 15

  /// The most texts of a group.
  private let mostRows: Int
  private let lengths: [Int]
  /// The texts that are still to come, the longest last.
  private var rest: ArraySlice<Int>

  /// Groups texts by their numbers of tokens.
  init(_ lengths: [Int], mostRows: Int = 256) {
    self.mostRows = mostRows
    self.lengths = lengths
    rest =
      lengths.indices.filter { lengths[$0] > 0 }.sorted {
        (lengths[$0], $0) < (lengths[$1], $1)
      }[...]
  }

  /// The numbers of the texts of the next group.
  mutating func next() -> [Int]? {
    guard let longest = rest.last else { return nil }
    let count = Swift.max(1, Swift.min(mostRows, Self.mostTokens / lengths[longest]))
    let group = rest.suffix(count)
    rest = rest.dropLast(count)
    return Array(group)
  }
}
