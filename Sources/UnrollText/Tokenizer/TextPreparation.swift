/// What is done to a text before it is cut into pieces.
struct TextPreparation: Hashable {
  let normalization: Normalization
  let lowercase: Bool

  func apply(to text: String) -> String {
    let normalized = normalization.apply(to: text)
    return lowercase ? normalized.lowercased() : normalized
  }

  /// Gives valid UTF-8, prepared, to `body`.
  func withPrepared<Result>(
    _ utf8: UnsafeBufferPointer<UInt8>, _ body: (UnsafeBufferPointer<UInt8>) throws -> Result
  ) rethrows -> Result {
    guard normalization != .none || lowercase else { return try body(utf8) }
    var text = apply(to: String(decoding: utf8, as: UTF8.self))
    return try text.withUTF8(body)
  }
}

extension Tokenizer {
  /// Text as it is cut into tokens.
  package func prepared(_ text: String) -> String { preparation.apply(to: text) }
}
