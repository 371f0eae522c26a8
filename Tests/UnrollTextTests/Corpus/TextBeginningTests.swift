import Testing
import UnrollTestSupport
import UnrollText

/// The beginning of a text that is too long to be read whole.
struct TextBeginningTests {
  @Test(arguments: [
    TokenizerSettings(), .init(kind: .bytes), .init(kind: .words),
    .init(kind: .scalars, normalization: .nfc), .init(kind: .bpe, vocabularySize: 290),
  ])
  func hasTheFirstTokensOfTheWhole(_ settings: TokenizerSettings) throws {
    for seed in 0..<4 {
      let text = ChunkInvarianceTests.text(seed: seed).replacing("\0", with: "")
      let tokenizer = try Tokenizer(learning: settings, from: text)
      let whole = try tokenizer.encode(text)
      let file = TextFile(path: "x", text: text)
      for byteCount in [1, 7, 100, 400, text.utf8.count - 1, text.utf8.count, 1 << 20] {
        let part = try file.beginning(byteCount, for: tokenizer)
        let tokens = try tokenizer.encode(part.text())
        #expect(whole.starts(with: tokens) && !tokens.isEmpty, "\(settings.kind), \(byteCount)")
        #expect(part.path == "x")
        if byteCount >= text.utf8.count { #expect(tokens.count == whole.count) }
      }
    }
  }
}
