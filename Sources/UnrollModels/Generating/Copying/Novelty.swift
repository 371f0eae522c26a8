public import UnrollText

/// How much of a text is new, compared with a known one.
public struct Novelty: Sendable, Hashable {
  /// The tokens of the longest part that is in the known text, in one piece.
  public let longestCopy: Int
  /// Where that part begins.
  public let longestCopyStart: Int
  /// For some n, the share of the text's n-grams, sequences of n tokens, that the known text does not have.
  public let newShares: [Share]

  /// The share of n-grams that are new.
  public struct Share: Sendable, Hashable {
    /// n, the number of tokens.
    public let length: Int
    /// 0 ... 1.
    public let share: Double
  }

  /// Compares tokens with a known text.
  ///
  /// - Parameters:
  ///   - tokens: the text.
  ///   - index: the known text.
  ///   - lengths: the n whose n-grams are counted; those longer than the text are left out.
  public init(
    of tokens: [Token], comparedWith index: CopyIndex, lengths: [Int] = [2, 4, 8, 16]
  ) {
    let copied = tokens.indices.map { index.longestPrefix(of: tokens[$0...]) }
    let longest = copied.max() ?? 0
    longestCopy = longest
    longestCopyStart = copied.firstIndex(of: longest) ?? 0
    newShares = lengths.filter { $0 > 0 && $0 <= tokens.count }.map { length in
      let starts = copied.prefix(tokens.count - length + 1)
      let new = starts.count { $0 < length }
      return Share(length: length, share: Double(new) / Double(starts.count))
    }
  }
}
