/// What becomes of the ways in which lines end.
public enum LineEnds: String, CaseIterable, Hashable, Sendable {
  /// Line ends stay as they are.
  case kept
  /// A carriage return, and one with a line feed, become a line feed.
  case lineFeed
}
