/// What encoding does with a piece of text that the vocabulary does not have.
public enum UnknownPolicy: String, CaseIterable, Hashable, Sendable {
  /// Throw an error that names the piece and its place.
  case error
  /// Leave the piece out.
  case skip
  /// Write the reserved entry `unknown`, which decodes to U+FFFD.
  case token
}
