/// A text and the label that it has.
public struct LabelledText: Hashable, Sendable {
  /// The label.
  public var label: String
  /// The text.
  public var text: String
  /// Where it is, as a message says it: `line 17 of 'mail.tsv'`.
  public var place: String

  /// Creates an example.
  public init(label: String, text: String, place: String = "the text") {
    self.label = label
    self.text = text
    self.place = place
  }
}
