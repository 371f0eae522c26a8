/// What a person does at the keyboard, with the names of GNU readline's default keys.
package enum Key: Hashable, Sendable {
  /// Text that was typed, scalar by scalar.
  case text(String)
  /// Text that came as a whole, line feeds included.
  case paste(String)
  case enter, newline, tab
  case backspace, delete, deleteOrEnd
  case left, right, up, down, home, end, wordLeft, wordRight
  case killToEnd, killToStart, killWordBack, killWordForward, yank, transpose, undo
  case clearScreen, search, interrupt, suspend, escape
}
