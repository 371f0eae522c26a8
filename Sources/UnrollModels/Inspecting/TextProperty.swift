/// Something about each place of a text that a unit may track, as a number.
///
/// It is about the text up to and with a token, so that a state after the token can know it; ``distanceToLineEnd`` alone has
/// to be foretold. Lengths and distances are in Unicode scalars.
public enum TextProperty: String, Sendable, Hashable, CaseIterable, CustomStringConvertible {
  /// Whether the place is inside `"…"`, `“…”`, `„…“` or `«…»`, the opening mark included. A mark behind a backslash does not
  /// count, and a blank line ends a quotation that nobody closed.
  case insideQuotes
  /// Whether the place is inside `(…)` or `[…]`. A blank line ends what nobody closed.
  case insideParentheses
  /// How many `{` are open.
  case braceDepth
  /// How many spaces and tabs the line begins with, so far.
  case indentation
  /// How many scalars of the line came so far: 0 behind a line feed.
  case positionInLine
  /// How many scalars of the line are to come.
  case distanceToLineEnd
  /// Whether the token has an upper-case letter.
  case upperCase
  /// Whether the token has a digit.
  case digit

  /// The property in words.
  public var description: String {
    switch self {
    case .insideQuotes: "inside quotes"
    case .insideParentheses: "inside parentheses"
    case .braceDepth: "depth of braces"
    case .indentation: "indentation"
    case .positionInLine: "position in line"
    case .distanceToLineEnd: "distance to line end"
    case .upperCase: "upper case"
    case .digit: "digit"
    }
  }

  /// Whether the last token alone decides it, so that tracking it takes no memory.
  public var isAboutOneToken: Bool { self == .upperCase || self == .digit }
}
