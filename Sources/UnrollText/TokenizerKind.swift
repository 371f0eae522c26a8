/// What one token stands for.
public enum TokenizerKind: String, CaseIterable, Hashable, Sendable {
  /// A Swift `Character`: what a reader takes for one, even if it is several scalars.
  case characters
}

extension TokenizerKind {
  /// Calls `body` for each piece of valid UTF-8, in order.
  @inline(__always)
  func forEachPiece(
    in utf8: UnsafeBufferPointer<UInt8>, _ body: (Piece) throws -> Void
  ) rethrows {
    switch self {
    case .characters: try CharacterSegmentation.forEachPiece(in: utf8, body)
    }
  }

  /// What a piece is called in a message.
  var pieceName: String {
    switch self {
    case .characters: "character"
    }
  }
}
