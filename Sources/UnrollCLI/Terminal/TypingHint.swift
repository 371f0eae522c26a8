#if canImport(Darwin)
import Darwin
#elseif canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

/// What a word probably should have been, where the parser could not make sense of the command.
///
/// Word processors and web pages put other characters in the place of those on the keyboard.
func typingHint(_ words: [String]) -> String? {
  for (index, word) in words.enumerated() {
    let plain = String(word.map { plainQuotes[$0] ?? $0 })
    if plain != word { return "\(word) has typographic quotes: write \(plain)" }
    if let first = word.first, dashes.contains(first) {
      let rest = word.drop { dashes.contains($0) || $0 == "-" }
      return "\(word) begins with a typographic dash: write --\(rest)"
    }
    let value = word.split(separator: "=", maxSplits: 1).last.map(String.init) ?? ""
    let digits = value.split(separator: ",", omittingEmptySubsequences: false)
    if digits.count == 2, digits.allSatisfy({ !$0.isEmpty && $0.allSatisfy(\.isNumber) }) {
      return "\(value) has a decimal comma: write \(digits.joined(separator: "."))"
    }
    if word.hasPrefix("-"), !word.hasPrefix("--"), index > 0, access(word, F_OK) == 0 {
      return "the file \(word) begins with a dash: write ./\(word)"
    }
  }
  return nil
}

private let plainQuotes: [Character: Character] = [
  "“": "\"", "”": "\"", "„": "\"", "«": "\"", "»": "\"", "‘": "'", "’": "'", "‚": "'",
]

private let dashes: Set<Character> = ["–", "—", "−", "‒", "―"]
