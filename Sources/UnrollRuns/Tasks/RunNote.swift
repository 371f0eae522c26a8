/// Something that the user should know.
public struct RunNote: Hashable, Sendable {
  /// The sentence, without a full stop.
  public let sentence: SettingSentence
  /// Whether something is probably not as the user wants it.
  public let isWarning: Bool

  /// Creates a note.
  public init(_ sentence: SettingSentence) {
    self.sentence = sentence
    isWarning = false
  }

  /// Creates a warning.
  public init(warning sentence: SettingSentence) {
    self.sentence = sentence
    isWarning = true
  }
}
