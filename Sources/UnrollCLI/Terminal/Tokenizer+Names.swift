import Unroll
import UnrollText

extension Tokenizer {
  /// A token as a person can read it: its text, a byte that is no text as a number, a reserved entry by its name.
  func spelling(of token: Token, isQuoted: Bool = true) -> String {
    guard let entry = vocabulary.entry(for: token) else {
      return "<\(vocabulary.reserved[Int(token)].rawValue)>"
    }
    let text = decode([token])
    guard !text.unicodeScalars.contains("\u{FFFD}") else {
      guard kind == .bytes, let byte = entry.unicodeScalars.first?.value else { return entry }
      return "0x" + String(byte, radix: 16, uppercase: true)
    }
    guard isQuoted else { return text }
    let isVisible = text.unicodeScalars.allSatisfy { $0 == " " || !$0.isInvisible }
    return isVisible
      ? text.debugDescription.replacing("\\'", with: "'")
      : text.unicodeScalars.map(\.codePoint).joined(separator: " ")
  }
}

extension Unicode.Scalar {
  /// Whether nothing is seen of it where it stands alone; line ends and tabs have escapes of their own.
  var isInvisible: Bool {
    switch properties.generalCategory {
    case .control: self != "\n" && self != "\r" && self != "\t"
    case .format, .unassigned, .privateUse, .spaceSeparator, .lineSeparator, .paragraphSeparator:
      true
    default: false
    }
  }
}
