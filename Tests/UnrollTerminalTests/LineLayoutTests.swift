import Testing
import UnrollTerminal

/// Where text comes to stand.
struct LineLayoutTests {
  @Test(
    arguments: [
      ("a", 1), ("é", 1), ("e\u{301}", 1), ("한", 2), ("漢", 2), ("ｱ", 1), ("Ａ", 2), ("😀", 2),
      ("👨‍👩‍👧", 2), ("🇩🇪", 2), ("☕️", 2), ("\u{200B}", 0), ("नी", 1), ("Ж", 1), ("→", 1),
    ] as [(Character, Int)])
  func charactersHaveColumns(character: Character, columns: Int) {
    #expect(character.columns == columns)
  }

  @Test(
    arguments: [
      ("abcdef", "", 0, 4, ["abcd", "ef"], (1, 2)),
      ("abcd", "", 0, 4, ["abcd", ""], (1, 0)),
      ("ab", "cdef", 3, 4, ["a", "bcde", "f"], (1, 1)),
      ("漢漢漢", "", 0, 5, ["漢漢", "漢"], (1, 2)),
      ("a\nb", "\n", 2, 10, ["a", "b", ""], (1, 1)),
      ("a\u{1B}[31m\t", "", 0, 20, ["a^[[31m→"], (0, 8)),
      ("", "", 7, 10, [""], (0, 7)),
      ("", "", 12, 10, [""], (0, 9)),
    ] as [(String, String, Int, Int, [String], (Int, Int))])
  func rowsAndCursor(
    before: String, after: String, column: Int, width: Int, rows: [String], cursor: (Int, Int)
  ) {
    let layout = LineLayout(before: before, after: after, startingAt: column, width: width)
    #expect(layout.rows == rows)
    #expect(layout.cursor.row == cursor.0 && layout.cursor.column == cursor.1)
  }

  @Test func noRowIsWiderThanTheTerminal() {
    let text = "한글 漢字 e\u{301} 👨‍👩‍👧 abc\ndef ghi " + String(repeating: "x漢", count: 30)
    for width in 2...30 {
      for column in 0..<width {
        let layout = LineLayout(before: text, after: text, startingAt: column, width: width)
        #expect(layout.rows.first.map { $0.columns + column <= width } == true)
        #expect(layout.rows.allSatisfy { $0.columns <= width })
        #expect(layout.rows.joined() == (text + text).filter { $0 != "\n" })
        #expect(layout.cursor.column < width && layout.end.row == layout.rows.count - 1)
      }
    }
  }
}
