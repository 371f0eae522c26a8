import Foundation
import Testing
import UnrollText

struct CorpusTests {
  private func withDirectory(_ body: (URL) throws -> Void) throws {
    let directory = FileManager.default.temporaryDirectory
      .appendingPathComponent("unroll-corpus-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: directory) }
    try body(directory)
  }

  @Test func whiteSpaceLineEndsAndMarkAreData() throws {
    try withDirectory { directory in
      let file = directory.appendingPathComponent("a.txt")
      let text = "\u{FEFF} a\r\nb \t\n\n"
      try Data(text.utf8).write(to: file)
      let corpus = try Corpus(reading: [file.path])
      #expect(corpus.files.map(\.path) == [file.path])
      #expect(corpus.files[0].text.isIdentical(to: text))
    }
  }

  @Test func directoriesAreReadInOrderWithoutHiddenAndEmptyFiles() throws {
    try withDirectory { directory in
      let below = directory.appendingPathComponent("b")
      try FileManager.default.createDirectory(at: below, withIntermediateDirectories: true)
      for (name, text) in [
        ("c.txt", "C"), ("a.txt", "A"), ("B.txt", "B"), (".hidden", "no"), ("empty", ""),
        ("b/inner.txt", "I"),
      ] {
        try Data(text.utf8).write(to: directory.appendingPathComponent(name))
      }
      try FileManager.default.createSymbolicLink(
        at: below.appendingPathComponent("loop"), withDestinationURL: directory)
      let corpus = try Corpus(reading: [directory.path + "/", directory.path + "/a.txt"])
      #expect(corpus.files.map(\.text) == ["B", "A", "I", "C", "A"])
      let tokenizer = try Tokenizer(learning: .init(), from: corpus.files.map(\.text))
      #expect(tokenizer.decode(try corpus.tokens(by: tokenizer)) == "BAICA")
    }
  }

  @Test func failuresNameThePath() throws {
    try withDirectory { directory in
      let missing = directory.path + "/missing.txt"
      let absent = #expect(throws: TextError.self) { try Corpus(reading: [missing]) }
      #expect(absent?.code == .missingInput)
      #expect(absent?.code.exitStatus == 66)
      #expect(absent?.message == "\(missing) does not exist: check the path.")

      let bare = #expect(throws: TextError.self) { try Corpus(reading: [directory.path]) }
      #expect(bare?.code == .missingInput)
      #expect(bare?.message.contains(directory.path) == true)

      let empty = directory.path + "/empty.txt"
      try Data().write(to: URL(fileURLWithPath: empty))
      let nothing = #expect(throws: TextError.self) { try Corpus(reading: [empty]) }
      #expect(nothing?.message == "\(empty) is empty: give a file with text.")

      let directoryAsFile = #expect(throws: TextError.self) {
        try TextFile(reading: directory.path)
      }
      #expect(directoryAsFile?.code == .unreadable)
      #expect(directoryAsFile?.code.exitStatus == 74)
    }
  }

  @Test func unknownTextNamesTheFile() throws {
    let tokenizer = try Tokenizer(from: "ab")
    let corpus = Corpus([
      TextFile(path: "one.txt", text: "ab"), TextFile(path: "two.txt", text: "b\u{301}"),
    ])
    let error = #expect(throws: TextError.self) { try corpus.tokens(by: tokenizer) }
    #expect(error?.message.contains("(U+0062 U+0301) at line 1, column 1 of two.txt") == true)
  }

  @Test(
    arguments: [
      ([0x61, 0xE9], 1), ([0x61, 0xE9, 0x62], 1), ([0xC0, 0x80], 0), ([0xED, 0xA0, 0x80], 0),
      ([0xF4, 0x90, 0x80, 0x80], 0), ([0xE0, 0x80, 0x80], 0), ([0x80], 0), ([0xFF], 0),
      (Array(repeating: 0x61, count: 20) + [0xC3], 20), ([0xC3, 0xA9, 0xF0, 0x9F, 0x98], 2),
    ] as [([UInt8], Int)])
  func invalidBytesAreRefusedWithTheirOffset(bytes: [UInt8], offset: Int) {
    let error = #expect(throws: TextError.self) { try TextFile(path: "x.txt", utf8: bytes) }
    #expect(error?.code == .invalidUTF8)
    #expect(error?.message.contains("x.txt is not UTF-8") == true)
    #expect(error?.message.contains("at offset \(offset) ") == true)
  }

  @Test(arguments: 0..<200)
  func validationAgreesWithTheStandardLibrary(seed: Int) {
    var generator = SplitMix64(seed: UInt64(seed))
    var bytes = Array(Texts.random(count: 6, using: &generator).utf8)
    if seed % 2 == 0 {
      let place = Int.random(in: bytes.indices, using: &generator)
      bytes[place] = UInt8.random(in: 0x80...0xFF, using: &generator)
    }
    let isValid = String(validating: bytes, as: UTF8.self) != nil
    let file = try? TextFile(path: "x", utf8: bytes)
    #expect((file != nil) == isValid)
  }
}
