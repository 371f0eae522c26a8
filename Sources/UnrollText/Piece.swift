/// One cut of a text: what becomes one token.
struct Piece {
  /// The bytes, as offsets into the UTF-8 of the text.
  let range: Range<Int>

  /// The scalar, where the piece is a single one.
  let scalar: UInt32?
}
