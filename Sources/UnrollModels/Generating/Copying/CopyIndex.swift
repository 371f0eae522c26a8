public import UnrollText

/// Finds what of a text is copied, token by token, from a known one: a suffix array, eight bytes for each token.
public struct CopyIndex: Sendable {
  private let contents: Contents

  private final class Contents: Sendable {
    let tokens: [Token]
    /// The places in the order of what begins there.
    let places: [Int32]

    init(_ tokens: [Token]) {
      self.tokens = tokens
      places = SuffixArray.places(in: tokens, largest: tokens.max() ?? 0)
    }
  }

  /// Sorts the places of a text.
  ///
  /// - Throws: `TextError` if there are 2³¹ tokens or more, `FileError` if they cannot be read.
  public init(_ tokens: Tokens) throws {
    try self.init(parts: [tokens])
  }

  /// Sorts the places of documents, their boundaries included.
  ///
  /// - Throws: as for one text.
  public init(_ documents: Documents) throws {
    try self.init(parts: (0..<documents.count).lazy.map { documents[$0] })
  }

  private init(parts: some Sequence<Tokens>) throws {
    var tokens: [Token] = []
    for part in parts { tokens += try part.array() }
    guard tokens.count < Int32.max else {
      throw TextError(
        .tooLong,
        "a text of \(tokens.count) tokens is too long to look copies up in: give a part of it")
    }
    contents = Contents(tokens)
  }

  /// The number of tokens of the known text.
  public var count: Int { contents.tokens.count }

  /// Whether some tokens occur in the known text one after the other.
  public func contains(_ tokens: some Collection<Token>) -> Bool {
    !range(of: Array(tokens)).isEmpty || tokens.isEmpty
  }

  /// How many tokens from the first on occur in the known text one after the other.
  public func longestPrefix(of tokens: ArraySlice<Token>) -> Int {
    let wanted = Array(tokens)
    let place = firstPlace { $0.lexicographicallyPrecedes(wanted) }
    // What shares most is next to where the tokens would be.
    return [place - 1, place].filter(contents.places.indices.contains).map { index in
      let start = Int(contents.places[index])
      return zip(contents.tokens[start...], wanted).prefix { $0 == $1 }.count
    }.max() ?? 0
  }

  /// Calls `body` with each token that follows some others in the known text.
  func forEachFollower(of tokens: ArraySlice<Token>, _ body: (Token) -> Void) {
    let wanted = Array(tokens)
    let range = range(of: wanted)
    var index = range.lowerBound
    while index < range.upperBound {
      let place = Int(contents.places[index]) + wanted.count
      guard place < contents.tokens.count else {
        index += 1
        continue
      }
      let follower = contents.tokens[place]
      body(follower)
      index = self.range(of: wanted + [follower]).upperBound
    }
  }

  /// Where in the order those places are at which some tokens begin.
  private func range(of wanted: [Token]) -> Range<Int> {
    let lower = firstPlace { $0.lexicographicallyPrecedes(wanted) }
    let upper = firstPlace {
      let prefix = $0.prefix(wanted.count)
      return prefix.lexicographicallyPrecedes(wanted) || prefix.elementsEqual(wanted)
    }
    return lower..<max(lower, upper)
  }

  /// The first place in the order at whose text a condition, which holds for all before it, does not hold.
  private func firstPlace(where isBefore: (ArraySlice<Token>) -> Bool) -> Int {
    var (low, high) = (0, contents.places.count)
    while low < high {
      let middle = (low + high) / 2
      if isBefore(contents.tokens[Int(contents.places[middle])...]) {
        low = middle + 1
      } else {
        high = middle
      }
    }
    return low
  }
}
