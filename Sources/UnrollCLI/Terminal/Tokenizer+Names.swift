import Unroll
import UnrollText

extension Tokenizer {
  /// What is counted, for instance `characters`.
  var tokenName: String { kind == .bpe ? "tokens" : kind.rawValue }

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
    return isQuoted ? text.debugDescription : text
  }
}
