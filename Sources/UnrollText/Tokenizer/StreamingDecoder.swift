/// Decodes tokens as they come, and never gives out half a Unicode scalar.
///
/// All that it gives out, put together, is what `Tokenizer.decode(_:)` gives for all the tokens.
public struct StreamingDecoder: Sendable {
  private let tokenizer: Tokenizer
  private var pending: [UInt8] = []

  /// Creates a decoder at the beginning of a text.
  public init(_ tokenizer: Tokenizer) {
    self.tokenizer = tokenizer
  }

  /// The text that a further token completes; empty while a scalar is incomplete.
  public mutating func append(_ token: Token) -> String {
    tokenizer.appendBytes(of: token, to: &pending)
    let complete = pending.count - UTF8Text.incompleteSuffixCount(of: pending)
    defer { pending.removeFirst(complete) }
    return String(decoding: pending[..<complete], as: UTF8.self)
  }

  /// The rest: U+FFFD if the tokens ended inside a scalar, otherwise nothing.
  public mutating func finish() -> String {
    defer { pending = [] }
    return String(decoding: pending, as: UTF8.self)
  }
}
