import Testing
import UnrollFormats
import UnrollModels
import UnrollNN
import UnrollTensor
import UnrollText

/// Texts told in few bits, and given back.
struct CompressingTests {
  private static func file(_ text: String) -> TextFile { TextFile(path: "x", text: text) }

  private static func tokens(_ count: Int) -> String {
    let letters = Array("abcdefghij")
    return String((0..<count).map { letters[($0 * $0 / 3 + $0 / 7) % letters.count] })
  }

  @Test(arguments: TokenizerCase.all)
  func textComesBackOrIsRefused(of tokenizerCase: TokenizerCase) throws {
    let model = try LanguageModel(
      .init(cell: .gru, hiddenSize: 7), tokenizer: tokenizerCase.tokenizer(), seed: 2)
    for text in tokenizerCase.texts + [""] {
      do {
        let bytes = try #require(try model.compressed(Self.file(text)))
        #expect(try model.decompressed(bytes) == Array(text.utf8))
      } catch let error as TextError {
        let back = try? model.tokenizer.decode(model.tokenizer.encode(text, unknown: .error))
        #expect(back.map { Array($0.utf8) } != Array(text.utf8), "\(error)")
      }
    }
  }

  @Test(arguments: Variant.all)
  func everyModelGivesTextBack(_ variant: Variant) throws {
    let model = try variant.model()
    for count in [1, 2, 1000] {
      let text = Self.tokens(count)
      let bytes = try #require(try model.compressed(Self.file(text)))
      #expect(try model.decompressed(bytes) == Array(text.utf8))
    }
  }

  /// 40,000 tokens are told in two rows, the second of which is shorter.
  @Test func rowsAreJoined() throws {
    let model = try Variant.all[0].model()
    let text = Self.tokens(40_001)
    let bytes = try #require(try model.compressed(Self.file(text)))
    #expect(try model.decompressed(bytes) == Array(text.utf8))
  }

  /// A token of probability 1/2 takes one bit, of 1/8 three.
  @Test func bitsAreThoseOfTheProbabilities() throws {
    let tokenizer = try Tokenizer(learning: .init(), from: "abcd")
    let model = try LanguageModel(
      logits: [0, -1, -2, -2].map { $0 * 0.6931472 }, tokenizer: tokenizer)
    let frame = try #require(try model.compressed(Self.file(""))).count
    let text = Self.tokens(20_000).filter { "abcd".contains($0) }
    let bits = text.reduce(0) { $0 + ($1 == "a" ? 1 : $1 == "b" ? 2 : 3) }
    let size = try #require(try model.compressed(Self.file(text))).count - frame
    // The first token has no model before it, and takes two.
    #expect(abs(8 * size - bits) <= 16, "\(size)")
  }

  @Test func nearCertaintyTakesNothing() throws {
    let tokenizer = try Tokenizer(learning: .init(), from: "abcd")
    let model = try LanguageModel(cyclingThrough: tokenizer)
    let text = String(repeating: "abcd", count: 2500)
    let bytes = try #require(try model.compressed(Self.file(text)))
    #expect(bytes.count < 110)
    #expect(try model.decompressed(bytes) == Array(text.utf8))
    // What the model takes for impossible is told as well, in 32 bits for each token.
    let other = String(repeating: "dcba", count: 2500)
    let long = try #require(try model.compressed(Self.file(other)))
    #expect(abs(long.count - 40_000) < 600)
    #expect(try model.decompressed(long) == Array(other.utf8))
  }

  @Test func sizeIsTheLoss() throws {
    let model = try Variant.all[3].model()
    let text = Self.tokens(16_000)
    let heldOut = try HeldOutText(
      Corpus([Self.file(text)]).tokens(by: model.tokenizer), tokenizer: model.tokenizer)
    let evaluation = try #require(try heldOut.evaluation(of: model))
    let bytes = try #require(try model.compressed(Self.file(text)))
    let bits = 8 * Double(bytes.count - 96)
    #expect(abs(bits - evaluation.totalNats / 0.6931471805599453) < 24)
  }

  @Test func linesOfADocumentModelAreDocuments() throws {
    let tokenizer = try Tokenizer(
      learning: .init(reserved: [.beginning, .end]), from: "anna\nbob".filter { $0 != "\n" })
    let model = try LanguageModel(
      .init(cell: .lstm, hiddenSize: 6), tokenizer: tokenizer, seed: 1)
    for text in ["anna\nbob\n", "anna", "\n", "\n\nbob\n\n", ""] {
      let bytes = try #require(try model.compressed(Self.file(text)))
      #expect(try model.decompressed(bytes) == Array(text.utf8))
    }
  }

  @Test func everyChangedBitIsFound() throws {
    let model = try Variant.all[1].model()
    let bytes = try #require(try model.compressed(Self.file(Self.tokens(60))))
    for index in bytes.indices {
      for bit in 0..<8 {
        var changed = bytes
        changed[index] ^= 1 << bit
        #expect(throws: ModelError.self) { try model.decompressed(changed) }
      }
      #expect(throws: ModelError.self) { try model.decompressed(Array(bytes[..<index])) }
    }
    #expect(throws: ModelError.self) { try model.decompressed(bytes + [0]) }
  }

  /// A header that lies, with a checksum that fits, ends in an error or when it is told to stop.
  @Test func untrueHeadersAreRefused() throws {
    let model = try Variant.all[1].model()
    let bytes = try #require(try model.compressed(Self.file(Self.tokens(60))))
    for (offset, value) in [
      (72, UInt64.max), (72, 1 << 50), (80, 1 << 50), (80, 59), (72, 61), (72, 3),
    ] {
      var changed = Array(bytes.dropLast(4))
      for byte in 0..<8 {
        changed[offset + byte] = UInt8(truncatingIfNeeded: value >> UInt64(8 * byte))
      }
      let checksum = changed.withUnsafeBytes { CRC32.checksum($0) }
      for byte in 0..<4 { changed.append(UInt8(truncatingIfNeeded: checksum >> UInt32(8 * byte))) }
      #expect(throws: ModelError.self) { try model.decompressed(changed) }
    }
  }

  @Test func anotherModelIsRefused() throws {
    let (model, other) = (try Variant.all[0].model(seed: 1), try Variant.all[0].model(seed: 2))
    let bytes = try #require(try model.compressed(Self.file("abc")))
    let error = #expect(throws: ModelError.self) { try other.decompressed(bytes, name: "'x'") }
    #expect(error?.description.contains("'x' was made by another model") == true)
  }

  @Test func bothWaysCanBeStopped() throws {
    let model = try Variant.all[0].model()
    var shares: [Double] = []
    #expect(
      try model.compressed(
        Self.file("abca"), onProgress: { shares.append($0) },
        shouldStop: { shares.count == 3 }) == nil)
    #expect(shares == [0.25, 0.5, 0.75])
    let bytes = try #require(try model.compressed(Self.file("abcabc")))
    #expect(try model.decompressed(bytes, shouldStop: { true }) == nil)
  }
}
