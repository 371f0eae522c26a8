/// A table as text: a row for each line, columns with a comma or a tab between them (RFC 4180).
///
/// A column that begins with a quotation mark ends with one: within it, separators and line ends are text, and two quotation marks
/// are one. Lines end with a line feed, a carriage return, or both together. Empty lines are no rows.
struct DelimitedText {
  /// What stands between columns.
  enum Separator: UInt8 {
    case comma = 0x2C
    case tab = 0x09
  }

  /// The columns of a row, and the line that it begins on, from 1.
  struct Row {
    let columns: [String]
    let line: Int
  }

  private let bytes: [UInt8]
  private let separator: Separator
  /// What messages call the text.
  private let name: String
  private var position = 0
  private var line = 1

  init(_ text: String, separatedBy separator: Separator, name: String) {
    bytes = Array(text.utf8)
    self.separator = separator
    self.name = name
    // A byte order mark is no part of the first column.
    if bytes.starts(with: [0xEF, 0xBB, 0xBF]) { position = 3 }
  }

  /// The next row; `nil` after the last.
  ///
  /// - Throws: `TextError` naming the line of a quotation mark that does not fit.
  mutating func next() throws -> Row? {
    while position < bytes.count, isLineEnd(bytes[position]) { passLineEnd() }
    guard position < bytes.count else { return nil }
    let first = line
    var columns: [String] = []
    while true {
      columns.append(try column())
      guard position < bytes.count, bytes[position] == separator.rawValue else { break }
      position += 1
    }
    if position < bytes.count { passLineEnd() }
    return Row(columns: columns, line: first)
  }

  private mutating func column() throws -> String {
    guard position < bytes.count, bytes[position] == quote else {
      let start = position
      while position < bytes.count, bytes[position] != separator.rawValue,
        !isLineEnd(bytes[position])
      { position += 1 }
      return String(decoding: bytes[start..<position], as: UTF8.self)
    }
    let first = line
    position += 1
    var text: [UInt8] = []
    while position < bytes.count {
      let byte = bytes[position]
      if byte == quote {
        guard position + 1 < bytes.count, bytes[position + 1] == quote else {
          position += 1
          try checkEnd()
          return String(decoding: text, as: UTF8.self)
        }
        position += 1
      } else if isLineEnd(byte) {
        let start = position
        passLineEnd()
        text += bytes[start..<position]
        continue
      }
      text.append(byte)
      position += 1
    }
    throw TextError(
      .malformed,
      "line \(first) of \(name): the quotation mark at the beginning of a column has no counterpart: end the column with one, and write two within it to mean one"
    )
  }

  private func checkEnd() throws {
    guard position < bytes.count, bytes[position] != separator.rawValue,
      !isLineEnd(bytes[position])
    else { return }
    throw TextError(
      .malformed,
      "line \(line) of \(name): text follows the quotation mark that ends a column: within a column that begins with one, write two to mean one"
    )
  }

  private mutating func passLineEnd() {
    let isBoth =
      bytes[position] == carriageReturn && position + 1 < bytes.count
      && bytes[position + 1] == lineFeed
    position += isBoth ? 2 : 1
    line += 1
  }

  private func isLineEnd(_ byte: UInt8) -> Bool { byte == lineFeed || byte == carriageReturn }
}

private let quote = UInt8(ascii: "\"")
private let lineFeed = UInt8(ascii: "\n")
private let carriageReturn = UInt8(ascii: "\r")
