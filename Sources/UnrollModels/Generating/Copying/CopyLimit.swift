internal import UnrollText

/// A limit to how much of a known text may be copied: at most so many tokens in a row.
///
/// Runs that begin in the prompt count. Reserved entries, such as the end of a document, are no copy.
public struct CopyLimit: Sendable {
  /// The known text.
  public let index: CopyIndex
  /// The most tokens in a row, 1 or more.
  public let tokenCount: Int

  /// Creates a limit.
  public init(_ index: CopyIndex, tokenCount: Int) {
    self.index = index
    self.tokenCount = tokenCount
  }

  /// - Throws: `ModelError` if the limit is out of range.
  func validate(for model: LanguageModel) throws {
    try require(
      tokenCount > 0, "The limit of copied tokens is 1 or more, not \(tokenCount)")
  }

  /// Makes the logits of tokens −∞ that would copy more.
  func restrict(_ logits: UnsafeMutableBufferPointer<Float>, after recent: [Token], reserved: Int) {
    guard recent.count >= tokenCount else { return }
    index.forEachFollower(of: recent.suffix(tokenCount)) { token in
      if token >= reserved, logits.indices.contains(Int(token)) { logits[Int(token)] = -.infinity }
    }
  }
}
