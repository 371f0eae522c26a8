/// A text that is ready to be cut into pieces, and where in the text that was read its parts come from.
struct PreparedText {
  /// The bytes to cut, in valid UTF-8.
  let utf8: UnsafeBufferPointer<UInt8>

  /// The stretches whose number of bytes was changed, in order; between them all bytes have their
  /// counterparts.
  let changes: [Change]

  /// A stretch that has another number of bytes than what it was made of.
  struct Change {
    /// Its place in the prepared text.
    let prepared: Range<Int>
    /// Its place in the text that was read.
    let source: Range<Int>
  }
}

/// Finds the places in the text that was read of places in the prepared text that come in order.
///
/// A piece that begins a changed stretch stands for the whole source of the stretch, and one that
/// begins within it for nothing more of it.
struct SourcePlaces {
  private let changes: [PreparedText.Change]

  /// The number of changes that begin before the last place.
  private var passed = 0

  init(_ changes: [PreparedText.Change]) { self.changes = changes }

  /// Where the source of a piece begins that begins at a place.
  mutating func start(of place: Int) -> Int {
    // A stretch that was left out lies before the piece.
    while passed < changes.count,
      changes[passed].prepared.lowerBound < place
        || (changes[passed].prepared.isEmpty && changes[passed].prepared.lowerBound == place)
    {
      passed += 1
    }
    return source(of: place)
  }

  /// Where the source of a piece ends that ends at a place.
  mutating func end(of place: Int) -> Int {
    while passed < changes.count, changes[passed].prepared.lowerBound < place { passed += 1 }
    return source(of: place)
  }

  private func source(of place: Int) -> Int {
    guard passed > 0 else { return place }
    let change = changes[passed - 1]
    return change.source.upperBound + max(0, place - change.prepared.upperBound)
  }
}
