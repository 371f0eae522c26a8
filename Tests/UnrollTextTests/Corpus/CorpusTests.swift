import Foundation
import Testing
import UnrollFormats
import UnrollTestSupport
import UnrollText

struct CorpusTests {
  @Test func whiteSpaceLineEndsAndMarkAreData() throws {
    try withFolder { folder in
      let text = "\u{FEFF} a\r\nb \t\n\n"
      let path = try folder.write(text, to: "a.txt")
      let corpus = try Corpus(reading: [path])
      #expect(corpus.files.map(\.path) == [path])
      #expect(try corpus.files[0].text().isIdentical(to: text))
      #expect(corpus.byteCount == text.utf8.count)
      let tokenizer = try Tokenizer(learning: TokenizerSettings(), from: [corpus])
      let tokens = try corpus.tokens(by: tokenizer).array()
      #expect(tokenizer.decode(tokens).isIdentical(to: text))
    }
  }

  @Test(
    arguments: [
      (LineEnds.lineFeed, false, "\u{FEFF}a\nb\n\nc\n"), (.kept, true, "a\r\nb\r\rc\n"),
      (.lineFeed, true, "a\nb\n\nc\n"),
    ])
  func lineEndsAndMarkAreChangedOnDemand(lineEnds: LineEnds, removes: Bool, expected: String)
    throws
  {
    let corpus = Corpus([
      TextFile(path: "x", text: "\u{FEFF}a\r\nb\r\rc\n"), TextFile(path: "y", text: "\u{FEFF}"),
    ])
    let settings = TokenizerSettings(lineEnds: lineEnds, removesByteOrderMark: removes)
    let tokenizer = try Tokenizer(learning: settings, from: [corpus])
    let decoded = tokenizer.decode(try corpus.tokens(by: tokenizer).array())
    #expect(decoded.isIdentical(to: removes ? expected : expected + "\u{FEFF}"))
  }

  @Test func directoriesAreReadInOrderWithoutHiddenAndEmptyFiles() throws {
    try withFolder { folder in
      for (name, text) in [
        ("c.txt", "C"), ("a.txt", "A"), ("B.txt", "B"), (".hidden", "no"), ("empty", ""),
        ("b/inner.txt", "I"), (".git/config", "no"),
      ] {
        try folder.write(text, to: name)
      }
      try folder.link("b/loop", to: folder.path)
      try folder.link("b/nowhere", to: "/nowhere")
      let corpus = try Corpus(reading: [folder.path + "/", folder.path + "/a.txt"])
      #expect(try corpus.files.map { try $0.text() } == ["B", "A", "I", "C", "A"])
      let tokenizer = try Tokenizer(learning: TokenizerSettings(), from: [corpus])
      #expect(tokenizer.decode(try corpus.tokens(by: tokenizer).array()) == "BAICA")
    }
  }

  @Test func patternsChooseFilesByNameOrPath() throws {
    try withFolder { folder in
      for name in ["a.swift", "b.md", "sub/c.swift", "sub/deep/d.swift", "sub/e.txt"] {
        try folder.write(name, to: name)
      }
      func names(_ include: String...) throws -> [String] {
        try Corpus(reading: [folder.path], include: include).files
          .map { try $0.text() }
      }
      #expect(try names("*.swift") == ["a.swift", "sub/c.swift", "sub/deep/d.swift"])
      #expect(try names("sub/*.swift") == ["sub/c.swift"])
      #expect(try names("b.*", "sub/**/*.swift") == ["b.md", "sub/c.swift", "sub/deep/d.swift"])
      let error = #expect(throws: TextError.self) { try names("*.c", "*.h") }
      #expect(error?.code == .missingInput)
      #expect(
        error?.message
          == "'\(folder.path)' holds no text of the name '*.c' or '*.h': choose another pattern")
    }
  }

  @Test func whatIsNoTextIsSkippedInAFolderUnlessAPatternAsksForIt() throws {
    try withFolder { folder in
      let long = [UInt8](String(repeating: "é", count: 40_000).utf8)
      try folder.write("text", to: "a.txt")
      try folder.write([0x89, 0x50, 0x4E, 0x47], to: "picture.png")
      try folder.write([0x61, 0x00, 0x62], to: "table.bin")
      try folder.write([0x61] + long, to: "long.txt")
      try folder.write(long.dropLast(), to: "short.txt")
      let corpus = try Corpus(reading: [folder.path])
      #expect(corpus.files.map(\.path) == ["a.txt", "long.txt", "short.txt"].map { folder($0) })
      #expect(
        corpus.skipped.map(\.path)
          == ["picture.png", "table.bin"].map { folder($0) })
      let picture = folder("picture.png")
      let reason =
        "'\(picture)' is not UTF-8 text, with the byte 0x89 at offset 0: it looks like a picture; "
        + "give the text that is in it"
      #expect(corpus.skipped.first?.reason == reason)
      for body in [
        { _ = try Corpus(reading: [folder.path], include: ["*.png"]) },
        { _ = try Corpus(reading: [picture]) },
        { _ = try TextFile(reading: picture).text() },
        { _ = try TextFile(path: picture, utf8: folder.bytes(of: "picture.png")) },
      ] as [() throws -> Void] {
        let error = #expect(throws: TextError.self) { try body() }
        #expect(error?.code == .notText)
        #expect(error?.message == reason)
      }
    }
  }

  @Test func namesThatAreNotUTF8AreSkippedWithAReason() throws {
    try withFolder { folder in
      try folder.write("text", to: "a.txt")
      let name = (Array("\(folder.path)/caf".utf8) + [0xE9, 0]).map(CChar.init(bitPattern:))
      let descriptor = open(name, O_CREAT | O_WRONLY, 0o600)
      // Some file systems have no such names.
      guard descriptor >= 0 else { return }
      close(descriptor)
      let corpus = try Corpus(reading: [folder.path])
      #expect(corpus.files.map(\.path) == [folder("a.txt")])
      #expect(
        corpus.skipped.map(\.reason) == [
          "the name of '\(folder.path)/caf\u{FFFD}' is not UTF-8: rename the file"
        ])
    }
  }

  @Test func failuresNameThePath() throws {
    try withFolder { folder in
      let missing = folder("missing.txt")
      let absent = #expect(throws: FileError.self) { try Corpus(reading: [missing]) }
      #expect(
        absent?.message
          == "cannot read '\(missing)': there is no such file; check the spelling of the path")
      let bare = #expect(throws: TextError.self) { try Corpus(reading: [folder.path]) }
      #expect(
        bare?.message == "'\(folder.path)' holds no text: give a folder with text files in it")
      let empty = try folder.write("", to: "empty.txt")
      let nothing = #expect(throws: TextError.self) { try Corpus(reading: [empty]) }
      #expect(nothing?.message == "'\(empty)' is empty: give a file with text")
      #expect(nothing?.code == .missingInput)
      let device = #expect(throws: FileError.self) { try Corpus(reading: [""]) }
      #expect(device?.code == .invalidPath)
    }
  }

  @Test func aFileThatChangesAfterwardsIsRefused() throws {
    try withFolder { folder in
      let path = try folder.write("ab", to: "a.txt")
      let corpus = try Corpus(reading: [path])
      let tokenizer = try Tokenizer(learning: TokenizerSettings(), from: [corpus])
      try folder.write("abc", to: "a.txt")
      let error = #expect(throws: FileError.self) { try corpus.tokens(by: tokenizer) }
      #expect(error?.code == .changed)
    }
  }

  @Test func unknownTextNamesTheFile() throws {
    let tokenizer = try Tokenizer(from: "ab")
    let corpus = Corpus([
      TextFile(path: "one.txt", text: "ab"), TextFile(path: "two.txt", text: "b\u{301}"),
    ])
    let error = #expect(throws: TextError.self) { try corpus.tokens(by: tokenizer) }
    #expect(error?.message.contains("(U+0062 U+0301) at line 1, column 1 of 'two.txt'") == true)
  }

  @Test(
    arguments: [
      ([0x61, 0xE9], 1), ([0x61, 0xE9, 0x62], 1), ([0xC0, 0x80], 0), ([0xED, 0xA0, 0x80], 0),
      ([0xF4, 0x90, 0x80, 0x80], 0), ([0xE0, 0x80, 0x80], 0), ([0x80], 0), ([0xFF], 0),
      ([0x61, 0], 1),
      (Array(repeating: 0x61, count: 20) + [0] + Array(repeating: 0x62, count: 20), 20),
      (Array(repeating: 0x61, count: 20) + [0xC3], 20), ([0xC3, 0xA9, 0xF0, 0x9F, 0x98], 2),
    ] as [([UInt8], Int)])
  func invalidBytesAreRefusedWithTheirOffset(bytes: [UInt8], offset: Int) throws {
    let error = #expect(throws: TextError.self) { try TextFile(path: "x.txt", utf8: bytes) }
    #expect(error?.code == .notText)
    #expect(error?.message.contains("'x.txt' is not UTF-8") == true)
    #expect(error?.message.contains("at offset \(offset): ") == true)
    for blockSize in [1, 2, 3, 7, 100] {
      try withFolder { folder in
        // The beginning is looked at when the file is found; this is about what comes later.
        let start = Array(repeating: UInt8(0x61), count: 1 << 16)
        let corpus = try Corpus(reading: [folder.write(start + bytes, to: "x.txt")])
        var processing = CorpusProcessing()
        processing.blockSize = blockSize * 1000
        let error = #expect(throws: TextError.self) {
          try Tokenizer(learning: TokenizerSettings(), from: [corpus], processing)
        }
        #expect(error?.message.contains("at offset \((1 << 16) + offset): ") == true)
      }
    }
  }

  @Test(arguments: 0..<200)
  func validationAgreesWithTheStandardLibrary(seed: Int) {
    var generator = SeededGenerator(seed: UInt64(seed))
    var bytes = Array(Texts.random(count: 6, using: &generator).utf8)
    if seed % 2 == 0 {
      let place = Int.random(in: bytes.indices, using: &generator)
      bytes[place] = UInt8.random(in: 0x80...0xFF, using: &generator)
    }
    let isValid = String(validating: bytes, as: UTF8.self) != nil && !bytes.contains(0)
    let file = try? TextFile(path: "x", utf8: bytes)
    #expect((file != nil) == isValid)
  }
}
