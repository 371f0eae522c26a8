/// One cut of a text: what becomes one token.
package struct Piece {
  /// The bytes, as offsets into the UTF-8 of the text.
  package let range: Range<Int>

  /// The scalar, where the piece is a single one.
  package let scalar: UInt32?
}
