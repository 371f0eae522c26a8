import Testing
import UnrollTerminal

/// What terminals send for keys.
struct KeyDecoderTests {
  private static let keys: [(bytes: String, keys: [Key])] = [
    ("aé€😀", [.text("a"), .text("é"), .text("€"), .text("😀")]),
    ("\u{01}\u{05}\u{02}\u{06}", [.home, .end, .left, .right]),
    (
      "\u{03}\u{04}\u{1A}\u{0C}\u{12}", [.interrupt, .deleteOrEnd, .suspend, .clearScreen, .search]
    ),
    ("\u{08}\u{7F}\t\r\n", [.backspace, .backspace, .tab, .enter, .newline]),
    (
      "\u{0B}\u{15}\u{17}\u{19}\u{14}\u{1F}",
      [.killToEnd, .killToStart, .killWordBack, .yank, .transpose, .undo]
    ),
    ("\u{10}\u{0E}\u{1B}[A\u{1B}[B\u{1B}OA\u{1B}OB", [.up, .down, .up, .down, .up, .down]),
    (
      "\u{1B}[C\u{1B}[D\u{1B}[H\u{1B}[F\u{1B}OH\u{1B}OF", [.right, .left, .home, .end, .home, .end]
    ),
    ("\u{1B}[1~\u{1B}[3~\u{1B}[4~\u{1B}[7~\u{1B}[8~", [.home, .delete, .end, .home, .end]),
    (
      "\u{1B}[1;5C\u{1B}[1;5D\u{1B}b\u{1B}f\u{1B}d\u{1B}\u{7F}",
      [.wordRight, .wordLeft, .wordLeft, .wordRight, .killWordForward, .killWordBack]
    ),
    ("\u{1B}\r", [.newline]),
    // What is not known is taken whole.
    (
      "\u{1B}[24;1~a\u{1B}[[Ab\u{1B}[?1;2cc\u{1B}zd",
      [.text("a"), .text("b"), .text("c"), .text("d")]
    ),
    ("\u{1B}[200~a\r\nb\rc\u{1B}[3~\n\u{1B}[201~d", [.paste("a\nb\nc\u{1B}[3~\n"), .text("d")]),
    ("\u{1B}[200~\u{1B}[201~", [.paste("")]),
    ("\u{1B}\u{1B}[A", [.up]),
  ]

  @Test(arguments: keys)
  func bytesAreKeysWhereverTheyAreCut(bytes: String, keys: [Key]) {
    let all = Array(bytes.utf8)
    for cut in 0...all.count {
      var decoder = KeyDecoder()
      #expect(decoder.decode(all[..<cut]) + decoder.decode(all[cut...]) == keys, "cut at \(cut)")
      #expect(!decoder.isWaiting)
    }
    var decoder = KeyDecoder()
    #expect(all.flatMap { decoder.decode([$0]) } == keys)
  }

  @Test func escapeAloneIsKnownByTime() {
    var decoder = KeyDecoder()
    #expect(decoder.decode([0x1B]).isEmpty && decoder.isWaiting)
    #expect(decoder.flush() == [.escape] && !decoder.isWaiting)
    #expect(decoder.decode(Array("a".utf8)) == [.text("a")])
    // Half a sequence, too.
    #expect(decoder.decode(Array("\u{1B}[1;".utf8)).isEmpty)
    #expect(decoder.flush().isEmpty && !decoder.isWaiting)
  }

  @Test(
    arguments: [
      ([0xFF, 0x61], [Key.text("\u{FFFD}"), .text("a")]),
      ([0xC3, 0x61], [.text("a")]),
      ([0xE2, 0x82, 0xC3, 0xA9], [.text("é")]),
      ([0x80], [.text("\u{FFFD}")]),
    ] as [([UInt8], [Key])])
  func brokenTextBreaksNothing(bytes: [UInt8], keys: [Key]) {
    var decoder = KeyDecoder()
    #expect(decoder.decode(bytes) == keys)
  }

  @Test func anyBytesLeaveTheDecoderWell() {
    var random = SystemRandomNumberGenerator()
    for _ in 0..<2000 {
      var decoder = KeyDecoder()
      let bytes = (0..<40).map { _ in
        Bool.random()
          ? UInt8.random(in: 0...255, using: &random) : Array("\u{1B}[O~;13".utf8).randomElement()!
      }
      _ = decoder.decode(bytes)
      // Whatever it waits for, a paste that ends or a pause brings it back.
      _ = decoder.decode(Array("\u{1B}[201~".utf8))
      _ = decoder.flush()
      #expect(decoder.decode(Array("x".utf8)) == [.text("x")], "\(bytes)")
    }
  }
}
