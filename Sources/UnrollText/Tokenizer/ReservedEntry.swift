/// An entry of a vocabulary that stands for no text.
///
/// A vocabulary has these only where they were asked for; they come first, in this order.
public enum ReservedEntry: String, CaseIterable, Hashable, Sendable {
  /// Stands for any piece of text that the vocabulary does not have.
  case unknown
  /// Fills a row up to the length of its batch.
  case padding
  /// Comes before a document.
  case beginning
  /// Comes after a document, and before it where there is no `beginning`.
  case end
}
