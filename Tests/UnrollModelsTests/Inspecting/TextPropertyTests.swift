import Testing
import UnrollModels
import UnrollText

/// What is known of a place in a text.
struct TextPropertyTests {
  /// Values after each character, a digit each.
  private static let cases: [(property: TextProperty, text: String, values: String)] = [
    (.insideQuotes, "a\"b\"c", "01100"),
    (.insideQuotes, "“a” «b» „c“ »d«.", "1100110011001100"),
    (.insideQuotes, "\"a\\\"b\"c", "1111100"),
    (.insideQuotes, "\"a\\\\\"b", "111100"),
    (.insideQuotes, "\"a\n\nb", "11100"),
    (.insideQuotes, "\"a\nb", "1111"),
    (.insideQuotes, "“a\"b”c", "111100"),
    (.insideParentheses, "a(b[c]d)e", "011111100"),
    (.insideParentheses, ")(a", "011"),
    (.insideParentheses, "(\n \nb", "11100"),
    (.braceDepth, "{a{b}}}{", "11221001"),
    (.braceDepth, "{\n\na", "1111"),
    (.indentation, "  a b\n\tc\nd", "1222201100"),
    (.positionInLine, "ab\nc\n\nde", "12010012"),
    (.distanceToLineEnd, "ab\nc\n\nde", "10100210"),
    (.upperCase, "aBÉ1", "0110"),
    (.digit, "a1٣½", "0110"),
  ]

  @Test(arguments: cases)
  func valueIsThatAfterEachCharacter(
    _ example: (property: TextProperty, text: String, values: String)
  ) throws {
    let tokenizer = try Tokenizer(learning: .init(kind: .scalars), from: example.text)
    let properties = TextProperties(of: try tokenizer.encode(example.text), by: tokenizer)
    let values = properties[example.property].map { String(Int($0)) }.joined()
    #expect(values == example.values, "\(example.property) of \(example.text.debugDescription)")
  }

  /// A token has the value of its last scalar, and counts a scalar where it is complete.
  @Test(arguments: [TokenizerKind.bytes, .words, .characters])
  func longTokensHaveTheValueOfTheirEnd(_ kind: TokenizerKind) throws {
    let text = "É «Three (3) words»,\r\n  née {\u{1F469}\u{200D}\u{1F680}}\n"
    let tokenizer = try Tokenizer(learning: .init(kind: kind), from: text)
    let tokens = try tokenizer.encode(text)
    let scalars = try Tokenizer(learning: .init(kind: .scalars), from: text)
    let single = TextProperties(of: try scalars.encode(text), by: scalars)
    let whole = TextProperties(of: tokens, by: tokenizer)
    var decoder = StreamingDecoder(tokenizer)
    var count = 0
    for (place, token) in tokens.enumerated() {
      count += decoder.append(token).unicodeScalars.count
      for property in TextProperty.allCases where !property.isAboutOneToken && count > 0 {
        #expect(
          whole[property][place] == single[property][count - 1], "\(kind), \(property), \(place)")
      }
    }
    #expect(count == text.unicodeScalars.count)
  }

  @Test func emptyTextHasNoValues() throws {
    let tokenizer = try Tokenizer("a")
    #expect(TextProperties(of: [], by: tokenizer)[.insideQuotes].isEmpty)
    #expect(TextProperties(of: [], by: tokenizer)[.distanceToLineEnd].isEmpty)
  }
}
