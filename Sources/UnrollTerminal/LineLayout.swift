/// Where characters come to stand on a terminal of some columns, on which they begin somewhere in a row.
package struct LineLayout: Sendable {
  package struct Place: Hashable, Sendable {
    package let row: Int
    package let column: Int
  }

  /// The rows of text as they are shown, without what stood in the first one before.
  package private(set) var rows: [String] = [""]
  /// Where the cursor belongs.
  package private(set) var cursor: Place
  /// Where the text ends; the cursor is there when it is at the end.
  package private(set) var end: Place

  private let width: Int
  private var place: (row: Int, column: Int)

  /// Lays out text before and behind the cursor.
  ///
  /// - Parameters:
  ///   - before: what stands before the cursor.
  ///   - after: what stands behind it.
  ///   - column: where the first row begins, from 0.
  ///   - width: the columns of the terminal.
  package init(before: String, after: String, startingAt column: Int, width: Int) {
    self.width = max(2, width)
    place = (0, min(column, self.width - 1))
    cursor = Place(row: 0, column: 0)
    end = cursor
    for character in before { append(character) }
    cursor = here
    for character in after { append(character) }
    end = here
    // The text behind the cursor may need the next row, where the cursor then is too.
    if after.isEmpty { cursor = end }
  }

  private var here: Place { Place(row: place.row, column: place.column) }

  private mutating func append(_ character: Character) {
    if character == "\n" || character == "\r\n" || character == "\r" { return beginRow() }
    let shown = character.shown
    let columns = shown.columns
    if place.column + columns > width { beginRow() }
    rows[place.row] += shown
    place.column += columns
    // A terminal waits with the next row until something comes: it is begun here, so that all agree on where one is.
    if place.column >= width { beginRow() }
  }

  private mutating func beginRow() {
    rows.append("")
    place = (place.row + 1, 0)
  }
}

extension Character {
  /// The character, or what stands for a control character.
  fileprivate var shown: String {
    guard let scalar = unicodeScalars.first, unicodeScalars.count == 1 else { return String(self) }
    if scalar == "\t" { return "→" }
    guard scalar.properties.generalCategory == .control else { return String(self) }
    return scalar.value < 0x80
      ? "^" + String(Unicode.Scalar(UInt8(scalar.value) ^ 0x40)) : "\u{FFFD}"
  }
}
