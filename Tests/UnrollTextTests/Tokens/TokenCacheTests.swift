import Foundation
import Synchronization
import Testing
import UnrollFormats
import UnrollTestSupport
import UnrollText

struct TokenCacheTests {
  /// A corpus of files in a folder, a cache, and a record of what was done and said.
  private struct Setting {
    let folder: TemporaryFolder
    let activities = Record<CorpusProcessing.Activity>()
    let warnings = Record<String>()

    init(_ folder: TemporaryFolder) throws {
      self.folder = folder
      for index in 0..<3 {
        // A file with a byte 0 is no text.
        let text = ChunkInvarianceTests.text(seed: index).filter { $0 != "\0" }
        try write(text, to: "\(index).txt")
      }
    }

    func write(_ text: String, to name: String, secondsAgo: Double = 100) throws {
      try folder.write(text, to: "texts/" + name)
      try folder.setTime(of: "texts/" + name, to: -secondsAgo)
    }

    var cache: TokenCache {
      TokenCache(directory: folder("cache/deep")) { [warnings] in warnings.append($0) }
    }

    var processing: CorpusProcessing {
      var processing = CorpusProcessing(cache: cache) { [activities] in
        activities.append($0.activity)
      }
      processing.inMemoryLimit = 100
      return processing
    }

    func corpus() throws -> Corpus { try Corpus(reading: [folder("texts")]) }

    /// What a run makes, and what it did for that.
    func run(
      _ settings: TokenizerSettings = TokenizerSettings()
    ) throws -> (text: String, activities: Set<CorpusProcessing.Activity>) {
      activities.removeAll()
      let corpus = try corpus()
      let tokenizer = try Tokenizer(learning: settings, from: [corpus], processing)
      let tokens = try corpus.tokens(by: tokenizer, processing)
      return (tokenizer.decode(try tokens.array()), Set(activities.all))
    }

    var names: [String] { get throws { try folder.names(in: "cache/deep") } }

    var tokenFile: String {
      get throws {
        "cache/deep/" + (try #require(try names.first { $0.hasSuffix(".tokens") }))
      }
    }
  }

  private final class Record<Element: Sendable>: Sendable {
    private let elements = Mutex<[Element]>([])
    var all: [Element] { elements.withLock { $0 } }
    func append(_ element: Element) { elements.withLock { $0.append(element) } }
    func removeAll() { elements.withLock { $0 = [] } }
  }

  private func withSetting(_ body: (Setting) throws -> Void) throws {
    try withFolder { try body(Setting($0)) }
  }

  @Test func theSecondRunReadsNoText() throws {
    try withSetting { setting in
      let first = try setting.run()
      #expect(first.activities == [.learning, .encoding])
      let second = try setting.run()
      #expect(second.activities == [])
      #expect(second.text.isIdentical(to: first.text))
      #expect(setting.warnings.all == [])
    }
  }

  @Test func touchedFilesAreIdentifiedAndChangedOnesMadeAnew() throws {
    try withSetting { setting in
      let first = try setting.run()
      try setting.folder.setTime(of: "texts/1.txt", to: -50)
      #expect(try setting.run().activities == [.identifying])
      #expect(try setting.run().activities == [])
      let text = try #require(
        String(validating: setting.folder.bytes(of: "texts/1.txt"), as: UTF8.self))
      try setting.write(String(text.unicodeScalars.reversed().map(Character.init)), to: "1.txt")
      let changed = try setting.run()
      #expect(changed.activities.contains(.encoding))
      #expect(!changed.text.isIdentical(to: first.text))
      #expect(try setting.run().activities == [])
    }
  }

  /// A file could change again within the grain of its time.
  @Test func filesThatHaveJustBeenWrittenAreNotTrusted() throws {
    try withSetting { setting in
      try setting.write(
        "just written, and long enough not to stay in memory", to: "new.txt", secondsAgo: 0)
      #expect(try setting.run().activities == [.learning, .encoding])
      #expect(try setting.run().activities == [.learning])
    }
  }

  @Test func everySettingHasItsOwnTokens() throws {
    try withSetting { setting in
      let settings = [
        TokenizerSettings(), TokenizerSettings(kind: .bytes),
        TokenizerSettings(normalization: .nfc),
        TokenizerSettings(lowercase: true), TokenizerSettings(minimumCount: 2, unknown: .skip),
        TokenizerSettings(reserved: [.end]), TokenizerSettings(kind: .bpe, vocabularySize: 300),
        TokenizerSettings(lineEnds: .lineFeed), TokenizerSettings(removesByteOrderMark: true),
      ]
      for settings in settings { #expect(try setting.run(settings).activities != []) }
      let tokenizer = try Tokenizer(
        learning: settings[5], from: [setting.corpus()], setting.processing)
      for unit in DocumentUnit.allCases {
        for isFirst in [true, false] {
          setting.activities.removeAll()
          let documents = try Documents(
            setting.corpus(), by: unit, tokenizer: tokenizer, setting.processing)
          #expect(documents.count >= 3)
          #expect(setting.activities.all.isEmpty == !isFirst)
        }
      }
      for settings in settings { #expect(try setting.run(settings).activities == []) }
      #expect(try setting.cache.entries().count == 11)
    }
  }

  @Test(arguments: 0..<60)
  func whatIsDamagedIsMadeAnew(seed: Int) throws {
    try withSetting { setting in
      var generator = SeededGenerator(seed: UInt64(seed))
      let expected = try setting.run()
      for name in try setting.names {
        let path = "cache/deep/" + name
        var bytes = try setting.folder.bytes(of: path)
        // What a changed token would be cannot be seen.
        let tokenBytes = name.hasSuffix(".tokens") ? 2 * expected.text.count : 0
        switch seed % 4 {
        case 0: bytes.removeLast(Int.random(in: 1...bytes.count, using: &generator))
        case 1: bytes[Int.random(in: tokenBytes..<bytes.count, using: &generator)] ^= 0x10
        case 2: bytes.insert(0, at: Int.random(in: tokenBytes..<bytes.count, using: &generator))
        default: bytes += bytes.suffix(Int.random(in: 1...200, using: &generator))
        }
        try setting.folder.write(bytes, to: path)
      }
      let again = try setting.run()
      #expect(again.text.isIdentical(to: expected.text))
      #expect(again.activities == [.learning, .encoding])
      #expect(try setting.run().activities == [])
      #expect(setting.warnings.all == [])
    }
  }

  @Test func aDamagedTokenIsAnErrorNotATrap() throws {
    try withSetting { setting in
      _ = try setting.run()
      let path = try setting.tokenFile
      var bytes = try setting.folder.bytes(of: path)
      (bytes[10], bytes[11]) = (0xFF, 0xFF)
      try setting.folder.write(bytes, to: path)
      let corpus = try setting.corpus()
      let tokenizer = try Tokenizer(
        learning: TokenizerSettings(), from: [corpus], setting.processing)
      let tokens = try corpus.tokens(by: tokenizer, setting.processing)
      let batches = try StreamBatches(tokens: tokens, batchSize: 1, sequenceLength: 20)
      let error = #expect(throws: TextError.self) { try batches.batch(at: 0) }
      #expect(error?.code == .damaged)
      #expect(
        error?.message
          == "'\(setting.folder(path))' has been damaged: remove it, and it will be made anew"
      )
    }
  }

  @Test func aFileThatIsShortenedWhileItIsReadIsAnErrorNotATrap() throws {
    try withSetting { setting in
      let corpus = try setting.corpus()
      let tokenizer = try Tokenizer(
        learning: TokenizerSettings(), from: [corpus], setting.processing)
      let tokens = try corpus.tokens(by: tokenizer, setting.processing)
      let batches = try StreamBatches(tokens: tokens, batchSize: 2, sequenceLength: 10)
      #expect(throws: Never.self) { try batches.batch(at: batches.batchesPerEpoch - 1) }
      #expect(truncate(setting.folder(try setting.tokenFile), 20) == 0)
      let error = #expect(throws: FileError.self) {
        try batches.batch(at: batches.batchesPerEpoch - 1)
      }
      #expect(error?.code == .changed)
    }
  }

  @Test func aCacheThatCannotBeWrittenIsDoneWithout() throws {
    try withSetting { setting in
      try setting.folder.write("in the way", to: "cache")
      let corpus = try setting.corpus()
      let run = try setting.run()
      #expect(run.text.isIdentical(to: try corpus.files.map { try $0.text() }.joined()))
      #expect(
        setting.warnings.all.contains { $0.hasSuffix("kept in a temporary file for this run") })
      #expect(try setting.run().activities == [.learning, .encoding])
    }
  }

  @Test func severalMayMakeTheSameTokensAtOnce() throws {
    try withSetting { setting in
      let corpora = try (0..<4).map { _ in try setting.corpus() }
      let texts = Record<String>()
      DispatchQueue.concurrentPerform(iterations: 4) { index in
        let tokenizer = try? Tokenizer(
          learning: TokenizerSettings(), from: [corpora[index]], setting.processing)
        let tokens = try? tokenizer.map {
          try corpora[index].tokens(by: $0, setting.processing).array()
        }
        texts.append(tokens.flatMap { tokenizer?.decode($0) } ?? "")
      }
      let expected = try corpora[0].files.map { try $0.text() }.joined()
      #expect(texts.all.allSatisfy { $0.isIdentical(to: expected) })
      #expect(try setting.names.count == 3)
      #expect(setting.warnings.all == [])
    }
  }

  @Test func entriesAreListedAndRemoved() throws {
    try withSetting { setting in
      #expect(try setting.cache.entries() == [])
      _ = try setting.run()
      _ = try setting.run(TokenizerSettings(kind: .bytes))
      try setting.folder.write("not ours", to: "cache/deep/notes.tokens")
      let entries = try setting.cache.entries()
      #expect(entries.count == 2)
      #expect(entries.allSatisfy { $0.sources == [setting.folder("texts")] })
      #expect(entries.allSatisfy { abs($0.lastUse - Date().timeIntervalSince1970) < 100 })
      let size = try setting.corpus().byteCount
      #expect(entries.contains { (size..<size + 2000).contains($0.byteCount) })
      try setting.cache.remove(entries[0])
      #expect(try setting.cache.entries() == [entries[1]])
      try setting.cache.remove(entries[0])
      try setting.cache.removeAll()
      #expect(try setting.cache.entries() == [])
      #expect(try setting.names == ["notes.tokens"])
    }
  }

  @Test func contentHashIsThatOfTheContentsAlone() throws {
    try withSetting { setting in
      let corpus = try setting.corpus()
      let hash = try corpus.contentHash()
      #expect(hash.utf8.count == 64)
      let copies = try corpus.files.map { TextFile(path: "elsewhere", text: try $0.text()) }
      #expect(try Corpus(copies).contentHash(CorpusProcessing(threadCount: 1)) == hash)
      #expect(try Corpus(copies.reversed()).contentHash() != hash)
      #expect(try Corpus(Array(copies.dropLast())).contentHash() != hash)
      _ = try Tokenizer(learning: TokenizerSettings(), from: [corpus], setting.processing)
      #expect(try corpus.contentHash() == hash)
    }
  }

  /// SHA-256 of the digests of the files, each that of the digests of its blocks of 1 MiB.
  @Test func contentHashIsTheOneThatIsDescribed() throws {
    func digest(_ bytes: some Sequence<UInt8>) -> [UInt8] {
      var hash = SHA256()
      Array(bytes).withUnsafeBytes { hash.update($0) }
      return hash.digest
    }
    let long = [UInt8](repeating: 0x61, count: (1 << 20) + 5)
    let expected = digest(
      digest(digest(long.prefix(1 << 20)) + digest(long.suffix(5))) + digest(digest([0x62])))
    let corpus = Corpus([
      try TextFile(path: "a", utf8: long), try TextFile(path: "b", utf8: [0x62]),
    ])
    let hexadecimal = expected.map { String($0 >> 4, radix: 16) + String($0 & 15, radix: 16) }
    #expect(try corpus.contentHash() == hexadecimal.joined())
  }
}
