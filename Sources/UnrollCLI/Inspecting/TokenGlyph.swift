import Unroll
import UnrollText

extension Tokenizer {
  /// A token as it stands in a row of tokens: symbols take the place of line ends, tabs and whatever else is not seen or does
  /// something to a terminal or a page.
  ///
  /// - Parameter marksSpaces: whether a space is a symbol too, where it could be taken for nothing.
  func glyph(of token: Token, marksSpaces: Bool) -> String {
    let text = spelling(of: token, isQuoted: false)
    guard !text.isEmpty else { return "∅" }
    guard text != "\r\n" else { return "↵" }
    let glyphs = text.unicodeScalars.map { scalar -> String in
      switch scalar {
      case "\n": "↵"
      case "\t": "⇥"
      case " ": marksSpaces ? "␣" : " "
      case "\0"..."\u{1F}": String(Unicode.Scalar(0x2400 + scalar.value) ?? "␀")
      case "\u{7F}": "␡"
      // Between others, these belong to a character.
      case "\u{200D}", "\u{FE0E}", "\u{FE0F}":
        text.unicodeScalars.count > 1 ? "\(scalar)" : scalar.codePoint
      case _ where scalar.isInvisible: scalar.codePoint
      default: "\(scalar)"
      }
    }.joined()
    // A mark alone would be put on what stands before it.
    return text.unicodeScalars.first?.properties.generalCategory == .nonspacingMark
      ? "◌" + glyphs : glyphs
  }
}
