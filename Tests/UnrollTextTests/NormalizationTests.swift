import Foundation
import Testing
import UnrollFormats
import UnrollText

/// NFC and NFKC against those of Python's `unicodedata2`, by the golden file of
/// `Tools/generate-unicode.py`.
struct NormalizationTests {
  private static func golden() throws -> JSON.Field {
    let path = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
      .appendingPathComponent("Golden/normalization.json").path
    let contents = try FileContents(reading: path)
    return try contents.withUnsafeBytes { try JSON(parsing: $0) }.field(named: "golden")
  }

  private static func tokenizer(_ normalization: Normalization) throws -> Tokenizer {
    try Tokenizer(
      TokenizerDescription(kind: .scalars, entries: ["a"], normalization: normalization))
  }

  /// Every scalar, alone and between others that compose with it.
  @Test(arguments: [Normalization.nfc, .nfkc])
  func everyScalarBecomesWhatItShould(normalization: Normalization) throws {
    let tokenizer = try Self.tokenizer(normalization)
    for context in try Self.golden()["contexts"].array() {
      let (before, after) = (try context["before"].string(), try context["after"].string())
      let digests = try context[normalization.rawValue].array()
      #expect(digests.count == 0x110)
      for (block, digest) in digests.enumerated() {
        var hash = SHA256()
        let codes = UInt32(block) << 12..<UInt32(block + 1) << 12
        let lines = codes.compactMap(Unicode.Scalar.init).map { before + String($0) + after + "\n" }
        hash.update(tokenizer.prepared(lines.joined()))
        #expect(hash.hexadecimal.hasPrefix(try digest.string()), "block \(block)")
      }
    }
  }

  @Test func randomTextsBecomeWhatTheyShould() throws {
    let (canonical, compatible) = (try Self.tokenizer(.nfc), try Self.tokenizer(.nfkc))
    let cases = try Self.golden()["cases"].array()
    #expect(cases.count > 500)
    for texts in cases {
      let texts = try texts.array().map { try $0.string() }
      #expect(canonical.prepared(texts[0]).isIdentical(to: texts[1]))
      #expect(compatible.prepared(texts[0]).isIdentical(to: texts[2]))
      // A text that is normalised stays as it is.
      #expect(canonical.prepared(texts[1]).isIdentical(to: texts[1]))
    }
  }

  @Test func lowerCaseIsThatOfTheStandardLibrary() throws {
    let tokenizer = try Tokenizer(
      TokenizerDescription(kind: .scalars, entries: ["a"], lowercase: true))
    for block in 0..<UInt32(0x110) {
      let scalars = (block << 12..<(block + 1) << 12).compactMap(Unicode.Scalar.init)
      let text = scalars.map { "A" + String($0) + "Z\n" }.joined()
      #expect(tokenizer.prepared(text).isIdentical(to: text.lowercased()), "block \(block)")
    }
  }

  @Test(arguments: [
    ("\r\n\r\r\n", "\n\n\n"), ("a\rb", "a\nb"), ("\r", "\n"), ("\r\u{301}", "\n\u{301}"),
    ("\r\n\u{301}e\u{301}\r\né", "\n\u{301}\u{E9}\n\u{E9}"), ("\u{FEFF}\r\na", "\na"),
    ("a\u{FEFF}", "a\u{FEFF}"), ("\u{FEFF}\u{FEFF}", "\u{FEFF}"),
  ])
  func lineEndsAndMarksGoTogetherWithNormalisation(text: String, expected: String) throws {
    let description = TokenizerDescription(
      kind: .scalars, entries: ["a"], normalization: .nfc, lineEnds: .lineFeed,
      removesByteOrderMark: true)
    #expect(try Tokenizer(description).prepared(text).isIdentical(to: expected))
  }
}
