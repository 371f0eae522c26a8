/// How often each distinct piece occurs.
struct PieceCounts: Sendable {
  private var countOfScalar = ScalarTable<Int>(repeating: 0)
  private var longer = PieceTable()
  private var countOfLonger: [Int] = []

  private(set) var isEmpty = true

  /// Counts the pieces of valid UTF-8.
  mutating func add(_ utf8: UnsafeBufferPointer<UInt8>, cutInto kind: TokenizerKind) {
    // The first scalars are by far the most frequent ones.
    withUnsafeTemporaryAllocation(of: Int.self, capacity: 256) { countOfFirst in
      countOfFirst.initialize(repeating: 0)
      kind.forEachPiece(in: utf8) { piece in
        if let scalar = piece.scalar {
          if scalar < 256 {
            countOfFirst[Int(scalar)] &+= 1
          } else {
            countOfScalar[scalar] += 1
          }
        } else {
          addLonger(UnsafeBufferPointer(rebasing: utf8[piece.range]), 1)
        }
      }
      for (scalar, count) in countOfFirst.enumerated() where count > 0 {
        countOfScalar[UInt32(scalar)] += count
      }
    }
    if !utf8.isEmpty { isEmpty = false }
  }

  /// Adds the counts of other texts.
  mutating func add(_ other: PieceCounts) {
    other.countOfScalar.forEach { scalar, count in
      if count > 0 { countOfScalar[scalar] += count }
    }
    other.forEachLonger { piece, count in
      piece.withUnsafeBufferPointer { addLonger($0, count) }
    }
    if !other.isEmpty { isEmpty = false }
  }

  private mutating func addLonger(_ piece: UnsafeBufferPointer<UInt8>, _ count: Int) {
    let index = longer.insert(piece)
    if index == countOfLonger.count { countOfLonger.append(0) }
    countOfLonger[index] += count
  }

  /// Calls `body` for each distinct piece that was not counted as a single scalar.
  func forEachLonger(_ body: (ArraySlice<UInt8>, Int) -> Void) {
    for (index, count) in countOfLonger.enumerated() { body(longer.strings[index], count) }
  }

  /// The distinct pieces with their counts, the most frequent first, equals in the order of their
  /// scalars.
  var ranked: [(piece: String, count: Int)] {
    var ranked: [(piece: String, count: Int)] = []
    countOfScalar.forEach { value, count in
      if count > 0, let scalar = Unicode.Scalar(value) { ranked.append((String(scalar), count)) }
    }
    forEachLonger { ranked.append((String(decoding: $0, as: UTF8.self), $1)) }
    return ranked.sorted {
      $0.count == $1.count
        ? $0.piece.utf8.lexicographicallyPrecedes($1.piece.utf8) : $0.count > $1.count
    }
  }
}
