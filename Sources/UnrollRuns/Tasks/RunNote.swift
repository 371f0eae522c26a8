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

  /// Warns that training reads only the beginnings of some examples.
  ///
  /// - Parameters:
  ///   - limit: how much it reads of each.
  ///   - pieces: of what: `words`.
  ///   - count: how many examples are longer; there is no warning if none is.
  ///   - name: what one of them is called: `sentence`.
  init?(readingFirst limit: Int, _ pieces: String, of count: Int, longer name: String) {
    guard count > 0 else { return nil }
    self.init(
      warning:
        "training reads the first \(groupedText(limit)) \(pieces) of \(countText(count, "longer " + name)): \(.setting("sequenceLength")) reads more"
    )
  }
}
