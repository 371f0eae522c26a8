import Testing
import UnrollFormats
import UnrollText
import UnrollTestSupport

/// What is no text is refused with what it looks like and what helps.
struct NoTextTests {
  private static let sentences =
    "Привет, мир! The quick brown fox jumps over the lazy dog.\r\n1, 2, 3: naïve café.\n"

  private static func utf16(_ text: String, isLittleEndian: Bool) -> [UInt8] {
    text.utf16.flatMap { unit in
      let bytes = [UInt8(unit >> 8), UInt8(unit & 0xFF)]
      return isLittleEndian ? bytes.reversed() : bytes
    }
  }

  private static func utf32(_ text: String, isLittleEndian: Bool) -> [UInt8] {
    text.unicodeScalars.flatMap { scalar in
      let bytes = [24, 16, 8, 0].map { UInt8(scalar.value >> $0 & 0xFF) }
      return isLittleEndian ? bytes.reversed() : bytes
    }
  }

  private static let cases: [(name: String, bytes: [UInt8], sentence: String)] = [
    (
      "UTF-16, little-endian", utf16("hello\n", isLittleEndian: true),
      "with the byte 0x00 at offset 1: it looks like text in UTF-16LE; `iconv -f UTF-16LE -t UTF-8 x > NEW` makes"
    ),
    (
      "UTF-16, big-endian", utf16(sentences, isLittleEndian: false),
      "it looks like text in UTF-16BE; `iconv -f UTF-16BE -t UTF-8 x > NEW` makes"
    ),
    (
      "UTF-16 of Japanese", utf16("吾輩は猫である。\n名前はまだ無い。\n", isLittleEndian: true),
      "it looks like text in UTF-16LE;"
    ),
    (
      "UTF-16 with a mark", [0xFF, 0xFE] + utf16(sentences, isLittleEndian: true),
      "it looks like text in UTF-16; `iconv -f UTF-16 -t UTF-8 x > NEW` makes"
    ),
    (
      "UTF-32", utf32(sentences, isLittleEndian: true),
      "it looks like text in UTF-32LE; `iconv -f UTF-32LE -t UTF-8 x > NEW` makes"
    ),
    (
      "UTF-32, big-endian", utf32("a b", isLittleEndian: false),
      "`iconv -f UTF-32BE -t UTF-8 x > NEW`"
    ),
    (
      "gzip", [0x1F, 0x8B, 8, 0, 0, 0, 0, 0, 0, 3, 0xCB],
      "it looks like a file compressed by gzip; unpack it first: gzip -dc x > NEW"
    ),
    ("zstd", [0x28, 0xB5, 0x2F, 0xFD, 4, 0], "zstd -dc x > NEW"),
    ("ZIP", Array("PK\u{3}\u{4}\u{14}\0".utf8), "it looks like a ZIP archive; "),
    (
      "Latin-1", Array("caf".utf8) + [0xE9] + Array(" au lait\n".utf8),
      "with the byte 0xE9 at offset 3: it looks like text that is not UTF-8, probably Windows-1252; "
        + "`iconv -f WINDOWS-1252 -t UTF-8 x > NEW` makes"
    ),
    (
      "broken UTF-8", Array(sentences.utf8) + [0xC3] + Array(sentences.utf8),
      "the rest looks like UTF-8; `iconv -c -f UTF-8 -t UTF-8 < x` leaves such bytes out"
    ),
    (
      "a byte 0", Array(sentences.utf8) + [0] + Array(sentences.utf8),
      "the rest looks like text; `tr -d '\\000' < x` leaves such bytes out"
    ),
    (
      "numbers", (0..<400).map { UInt8(truncatingIfNeeded: $0 * 37 % 251) },
      "it looks like data that are no text; give a text file"
    ),
  ]

  @Test(arguments: cases.indices)
  func theReasonIsTrueAndTheRemedyWorks(index: Int) throws {
    let (name, bytes, sentence) = Self.cases[index]
    let error = #expect(throws: TextError.self, "\(name)") {
      try TextFile(path: "x", utf8: bytes)
    }
    #expect(error?.code == .notText)
    #expect(error?.message.hasPrefix("'x' is not UTF-8 text, with the byte 0x") == true)
    #expect(error?.message.contains(sentence) == true, "\(name): \(error?.message ?? "")")
  }

  /// The bytes that tell are far from the beginning.
  @Test func theReasonIsFoundBehindTheBeginning() throws {
    try withFolder { folder in
      let text = Array(String(repeating: "plain text\n", count: 20_000).utf8)
      let path = try folder.write(text + [0xE9, 0x0A], to: "late.txt")
      let corpus = try Corpus(reading: [path])
      let error = #expect(throws: TextError.self) {
        try Tokenizer(learning: TokenizerSettings(), from: [corpus])
      }
      #expect(error?.message.contains("with the byte 0xE9 at offset 220000: ") == true)
      #expect(
        error?.message.contains("iconv -f WINDOWS-1252 -t UTF-8 \(path.shellQuoted) > NEW") == true)
    }
  }

  @Test func pathsAreQuotedForTheShell() throws {
    let error = #expect(throws: TextError.self) { try TextFile(path: "it's", utf8: [0xFF, 0xFE]) }
    #expect(error?.message.contains("iconv -f UTF-16 -t UTF-8 'it'\\''s' > NEW") == true)
  }
}
