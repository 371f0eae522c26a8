/// Text that is being typed, with a place in it, as a value.
///
/// The place is always between two characters, never within one.
package struct LineBuffer: Hashable, Sendable {
  /// What stands before the place.
  package private(set) var before = ""
  /// What stands behind it.
  package private(set) var after = ""
  private var killed = ""
  private var earlier: [Version] = []
  private var isTyping = false

  private struct Version: Hashable {
    let before: String
    let after: String
  }

  package init(_ text: String = "") { before = text }

  package var text: String { before + after }
  package var isEmpty: Bool { before.isEmpty && after.isEmpty }

  /// Puts other text in its place, at whose end one goes on; undoing brings the old one back.
  package mutating func replace(with text: String) { change { ($0.before, $0.after) = (text, "") } }

  package mutating func insert(_ text: String) {
    // Undoing takes back what was typed in a row as a whole.
    if !isTyping || text.count > 1 { note() }
    isTyping = text.count == 1
    before += text
    settle()
  }

  // MARK: Moving

  package mutating func moveLeft() { move(back: 1) }
  package mutating func moveRight() { move(forward: 1) }
  package mutating func moveToWordStart() { move(back: wordBack) }
  package mutating func moveToWordEnd() { move(forward: wordForward) }
  package mutating func moveToLineStart() { move(back: lineBack) }
  package mutating func moveToLineEnd() { move(forward: lineForward) }

  package mutating func moveToEnd() { move(forward: after.count) }

  /// Moves to the same column of the line above; false on the first one.
  package mutating func moveUp() -> Bool {
    let column = lineBack
    guard column < before.count else { return false }
    move(back: column + 1)
    let above = lineBack
    move(back: max(0, above - column))
    return true
  }

  /// Moves to the same column of the line below; false on the last one.
  package mutating func moveDown() -> Bool {
    let (column, rest) = (lineBack, lineForward)
    guard rest < after.count else { return false }
    move(forward: rest + 1)
    move(forward: min(column, lineForward))
    return true
  }

  // MARK: Deleting

  package mutating func deleteBack() { change { $0.before = String($0.before.dropLast()) } }
  package mutating func deleteForward() { change { $0.after = String($0.after.dropFirst()) } }
  package mutating func killToLineEnd() { killForward(max(1, lineForward)) }
  package mutating func killToLineStart() { killBack(max(1, lineBack)) }
  package mutating func killWordBack() { killBack(wordBack) }
  package mutating func killWordForward() { killForward(wordForward) }
  package mutating func yank() { change { $0.before += $0.killed } }

  /// Exchanges the characters around the place, at the end the last two.
  package mutating func transpose() {
    change { buffer in
      if buffer.after.isEmpty, let last = buffer.before.popLast() { buffer.after = String(last) }
      guard let first = buffer.before.last, let second = buffer.after.first else {
        buffer.before += buffer.after
        buffer.after = ""
        return
      }
      buffer.before = String(buffer.before.dropLast()) + String(second) + String(first)
      buffer.after = String(buffer.after.dropFirst())
    }
  }

  /// Takes the last change back; false if there was none.
  @discardableResult
  package mutating func undo() -> Bool {
    guard let version = earlier.popLast() else { return false }
    (before, after, isTyping) = (version.before, version.after, false)
    return true
  }

  // MARK: Pieces

  private mutating func change(_ body: (inout LineBuffer) -> Void) {
    note()
    isTyping = false
    body(&self)
    settle()
  }

  private mutating func note() {
    let version = Version(before: before, after: after)
    if earlier.last != version { earlier.append(version) }
  }

  private mutating func killBack(_ count: Int) {
    change { buffer in
      guard count > 0, !buffer.before.isEmpty else { return }
      buffer.killed = String(buffer.before.suffix(count))
      buffer.before = String(buffer.before.dropLast(count))
    }
  }

  private mutating func killForward(_ count: Int) {
    change { buffer in
      guard count > 0, !buffer.after.isEmpty else { return }
      buffer.killed = String(buffer.after.prefix(count))
      buffer.after = String(buffer.after.dropFirst(count))
    }
  }

  private mutating func move(back count: Int) {
    guard count > 0 else { return }
    isTyping = false
    after = String(before.suffix(count)) + after
    before = String(before.dropLast(count))
  }

  private mutating func move(forward count: Int) {
    guard count > 0 else { return }
    isTyping = false
    before += String(after.prefix(count))
    after = String(after.dropFirst(count))
    settle()
  }

  /// Moves behind a character that an edit made of scalars on both sides of the place.
  private mutating func settle() {
    guard !before.isEmpty, !after.isEmpty else { return }
    let tail = before.suffix(16)
    let border = tail.utf8.count
    var end = 0
    for character in String(tail) + String(after.prefix(2)) where end < border {
      end += character.utf8.count
    }
    guard end > border else { return }
    let place = after.utf8.index(after.startIndex, offsetBy: end - border)
    before += String(after[..<place])
    after = String(after[place...])
  }

  private var wordBack: Int {
    let rest = before.reversed().drop { !$0.isWordPart }
    return before.count - rest.drop { $0.isWordPart }.count
  }

  private var wordForward: Int {
    let rest = after.drop { !$0.isWordPart }
    return after.count - rest.drop { $0.isWordPart }.count
  }

  private var lineBack: Int { before.reversed().prefix { $0 != "\n" }.count }
  private var lineForward: Int { after.prefix { $0 != "\n" }.count }
}

extension Character {
  fileprivate var isWordPart: Bool { isLetter || isNumber }
}
