import Testing
import UnrollTerminal

/// The laws of a line that is edited.
struct LineBufferTests {
  /// A buffer with its place at "|".
  private func buffer(_ text: String) -> LineBuffer {
    let parts = text.split(separator: "|", omittingEmptySubsequences: false)
    var buffer = LineBuffer(text.filter { $0 != "|" })
    for _ in parts[1] { buffer.moveLeft() }
    return buffer
  }

  private func shown(_ buffer: LineBuffer) -> String { buffer.before + "|" + buffer.after }

  @Test(arguments: [
    ("ab|c", "deleteBack", "a|c"), ("ab|c", "deleteForward", "ab|"), ("|", "deleteBack", "|"),
    ("one two|", "killWordBack", "one |"), ("one, |two", "killWordBack", "|two"),
    ("one |two three", "killWordForward", "one | three"), ("a|b\nc", "killToLineEnd", "a|\nc"),
    ("a|\nc", "killToLineEnd", "a|c"), ("x\nab|c", "killToLineStart", "x\n|c"),
    ("x\n|c", "killToLineStart", "x|c"), ("ab|c", "transpose", "acb|"),
    ("abc|", "transpose", "acb|"),
    ("a|", "transpose", "a|"), ("|", "transpose", "|"), ("one two|", "moveToWordStart", "one |two"),
    ("one| two.", "moveToWordEnd", "one two|."), ("a\nbc|d", "moveToLineStart", "a\n|bcd"),
    ("a\nb|cd\ne", "moveToLineEnd", "a\nbcd|\ne"), ("a|bc", "moveToEnd", "abc|"),
    ("abc\nde|f", "moveUp", "ab|c\ndef"), ("a\ndef|", "moveUp", "a|\ndef"),
    ("ab|c\ndef", "moveDown", "abc\nde|f"), ("abc|\nd", "moveDown", "abc\nd|"),
    ("e\u{301}|x", "deleteBack", "|x"), ("👨‍👩‍👧|", "moveLeft", "|👨‍👩‍👧"),
  ])
  func eachKeyDoesOneThing(before: String, key: String, after: String) {
    var buffer = buffer(before)
    switch key {
    case "deleteBack": buffer.deleteBack()
    case "deleteForward": buffer.deleteForward()
    case "killWordBack": buffer.killWordBack()
    case "killWordForward": buffer.killWordForward()
    case "killToLineEnd": buffer.killToLineEnd()
    case "killToLineStart": buffer.killToLineStart()
    case "transpose": buffer.transpose()
    case "moveToWordStart": buffer.moveToWordStart()
    case "moveToWordEnd": buffer.moveToWordEnd()
    case "moveToLineStart": buffer.moveToLineStart()
    case "moveToLineEnd": buffer.moveToLineEnd()
    case "moveToEnd": buffer.moveToEnd()
    case "moveUp": _ = buffer.moveUp()
    case "moveDown": _ = buffer.moveDown()
    default: buffer.moveLeft()
    }
    #expect(shown(buffer) == after)
  }

  @Test func killedTextComesBack() {
    var buffer = buffer("one two| three")
    buffer.killWordBack()
    buffer.moveToEnd()
    buffer.yank()
    #expect(shown(buffer) == "one  threetwo|")
  }

  @Test func typingIsTakenBackAsAWhole() {
    var buffer = LineBuffer("a")
    for letter in ["b", "c", "d"] { buffer.insert(letter) }
    buffer.moveLeft()
    buffer.insert("x")
    #expect(shown(buffer) == "abcx|d")
    buffer.undo()
    #expect(shown(buffer) == "abc|d")
    buffer.undo()
    #expect(shown(buffer) == "a|")
    let isUndone = buffer.undo()
    #expect(!isUndone)
  }

  @Test func scalarsJoinTheCharacterBeforeThem() {
    var buffer = buffer("e|x")
    buffer.insert("\u{301}")
    #expect(buffer.before == "e\u{301}" && buffer.before.count == 1)
    // A mark that stands alone is joined by what comes before it, and the place moves behind both.
    buffer = LineBuffer("\u{301}x")
    buffer.moveLeft()
    buffer.moveLeft()
    buffer.insert("e")
    #expect(shown(buffer) == "e\u{301}|x")
  }

  @Test func placeIsNeverWithinACharacter() {
    let pieces = [
      "a", " ", "\n", "é", "\u{301}", "한", "\u{1112}", "\u{1161}", "🇩", "🇪", "👨‍👩‍👧", "\u{200D}", "👍",
      "🏽", "\r\n",
    ]
    var random = SystemRandomNumberGenerator()
    for _ in 0..<500 {
      var buffer = LineBuffer()
      var versions: [String] = []
      for _ in 0..<40 {
        let text = buffer.text
        switch Int.random(in: 0..<16, using: &random) {
        case 0: buffer.moveLeft()
        case 1: buffer.moveRight()
        case 2: buffer.moveToWordStart()
        case 3: buffer.moveToWordEnd()
        case 4: buffer.deleteBack()
        case 5: buffer.deleteForward()
        case 6: buffer.killWordBack()
        case 7: buffer.killToLineEnd()
        case 8: buffer.yank()
        case 9: buffer.transpose()
        case 10: _ = buffer.moveUp()
        case 11: _ = buffer.moveDown()
        default: buffer.insert(pieces.randomElement(using: &random) ?? "")
        }
        if buffer.text != text { versions.append(text) }
        #expect(
          buffer.before.count + buffer.after.count == buffer.text.count,
          "\(buffer.before.debugDescription) \(buffer.after.debugDescription)")
      }
      while buffer.undo() {}
      #expect(buffer.text == "")
    }
  }
}
