import Testing
import UnrollTestSupport
import UnrollText

/// What holds for every kind of token.
struct TokenizerKindTests {
  static func settings(_ kind: TokenizerKind) -> TokenizerSettings {
    TokenizerSettings(kind: kind, vocabularySize: kind == .bpe ? 300 : nil, reserved: [.end])
  }

  @Test(arguments: TokenizerKind.allCases, Texts.difficult)
  func difficultTextComesBackExactly(kind: TokenizerKind, text: String) throws {
    let tokenizer = try Tokenizer(learning: Self.settings(kind), from: text)
    #expect(tokenizer.decode(try tokenizer.encode(text)).isIdentical(to: text))
    #expect(try Tokenizer(tokenizer.description) == tokenizer)
  }

  @Test(arguments: TokenizerKind.allCases, 0..<20)
  func randomTextComesBackExactly(kind: TokenizerKind, seed: Int) throws {
    var generator = SeededGenerator(seed: UInt64(seed))
    let text = Texts.random(count: 400, using: &generator)
    let tokenizer = try Tokenizer(learning: Self.settings(kind), from: text)
    let tokens = try tokenizer.encode(text)
    #expect(tokenizer.decode(tokens).isIdentical(to: text))
    #expect(tokens.allSatisfy { (1..<Token(tokenizer.vocabulary.count)).contains($0) })
  }

  @Test(arguments: TokenizerKind.allCases, 0..<20)
  func streamedTextIsTheWholeText(kind: TokenizerKind, seed: Int) throws {
    var generator = SeededGenerator(seed: UInt64(seed))
    let text = Texts.random(count: 200, using: &generator)
    let tokenizer = try Tokenizer(learning: Self.settings(kind), from: text)
    // Tokens in any order: with bytes, most of the scalars are broken.
    let tokens = (0..<300).map { _ in
      Token.random(in: 0..<Token(tokenizer.vocabulary.count), using: &generator)
    }
    for sequence in [try tokenizer.encode(text), tokens] {
      let whole = tokenizer.decode(sequence)
      var decoder = StreamingDecoder(tokenizer)
      var streamed = ""
      for token in sequence {
        streamed += decoder.append(token)
        #expect(whole.utf8.starts(with: streamed.utf8))
      }
      streamed += decoder.finish()
      #expect(streamed.isIdentical(to: whole))
    }
  }

  @Test func brokenBytesStreamAsTheyDecode() throws {
    let tokenizer = try Tokenizer(
      TokenizerDescription(
        kind: .bytes, entries: (0..<256).compactMap { Unicode.Scalar($0).map { String($0) } }))
    for seed in 0..<200 {
      var generator = SeededGenerator(seed: UInt64(seed))
      let leads: [Token] = [0xC3, 0xE0, 0xE2, 0xED, 0xF0, 0xF4, 0xF8, 0x41, 0x82, 0x90, 0xA0, 0xBF]
      let tokens = (0..<40).compactMap { _ in leads.randomElement(using: &generator) }
      var decoder = StreamingDecoder(tokenizer)
      var streamed = tokens.map { decoder.append($0) }.joined()
      streamed += decoder.finish()
      #expect(streamed.isIdentical(to: tokenizer.decode(tokens)))
    }
  }

  @Test func streamedScalarsAreWhole() throws {
    let tokenizer = try Tokenizer(learning: TokenizerSettings(kind: .bytes), from: "é😀a")
    var decoder = StreamingDecoder(tokenizer)
    let pieces = try tokenizer.encode("é😀a").map { decoder.append($0) }
    #expect(pieces == ["", "é", "", "", "", "😀", "a"])
    #expect(decoder.finish() == "")
  }

  @Test func bytesAreThoseOfTheTextInOrder() throws {
    let tokenizer = try Tokenizer(learning: TokenizerSettings(kind: .bytes), from: "aé\n")
    #expect(tokenizer.vocabulary.entries == ["\n", "a", "\u{A9}", "\u{C3}"])
    #expect(try tokenizer.encode("éa") == [3, 2, 1])
    let error = #expect(throws: TextError.self) { try tokenizer.encode("a\nü") }
    #expect(
      error?.message.hasPrefix("the byte 0xBC at line 2, column 2 of the text is not in") == true)
  }

  @Test func scalarsAreSmallerThanCharacters() throws {
    let tokenizer = try Tokenizer(learning: TokenizerSettings(kind: .scalars), from: "e\u{301}\r\n")
    #expect(tokenizer.vocabulary.entries.map(\.unicodeScalars.count) == [1, 1, 1, 1])
    #expect(try tokenizer.encode("e\r\u{301}") == [2, 1, 3])
  }

  @Test(arguments: [
    ("The cat's 2 hats.", ["The", " ", "cat's", " ", "2", " ", "hats", "."]),
    ("l’eau 'quoted' o'", ["l’eau", " ", "'", "quoted", "'", " ", "o", "'"]),
    ("3.14!? a1b", ["3", ".", "14", "!", "?", " ", "a", "1", "b"]),
    (" \r\n\n\t\r", [" ", "\r\n", "\n", "\t", "\r"]),
    ("e\u{301}t\u{E9} नमस्ते", ["e\u{301}t\u{E9}", " ", "नमस्ते"]),
    ("Война и мир—1869", ["Война", " ", "и", " ", "мир", "—", "1869"]),
    ("👩‍👩 ❤️", ["👩\u{200D}", "👩", " ", "❤️"]),
  ])
  func wordsNumbersMarksAndSpacesAreSeparate(text: String, words: [String]) throws {
    let tokenizer = try Tokenizer(learning: TokenizerSettings(kind: .words), from: text)
    let pieces = try tokenizer.encode(text).map { tokenizer.vocabulary.entry(for: $0) }
    #expect(pieces == words)
  }

  @Test func anUnknownWordIsNamed() throws {
    let tokenizer = try Tokenizer(learning: TokenizerSettings(kind: .words), from: "a cat")
    let error = #expect(throws: TextError.self) { try tokenizer.encode("a\ta hat") }
    #expect(error?.message.contains("the word \"\\t\" (U+0009) at line 1, column 2") == true)
  }
}
