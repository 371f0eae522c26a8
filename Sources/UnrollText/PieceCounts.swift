/// How often each distinct piece occurs.
struct PieceCounts {
  private var countOfScalar = ScalarTable<Int>(repeating: 0)
  private var longer = PieceTable()
  private var countOfLonger: [Int] = []

  private(set) var isEmpty = true

  mutating func add(_ text: String, cutInto kind: TokenizerKind) {
    var text = text
    text.withUTF8 { utf8 in
      kind.forEachPiece(in: utf8) { piece in
        if let scalar = piece.scalar {
          countOfScalar[scalar] += 1
        } else {
          let index = longer.insert(UnsafeBufferPointer(rebasing: utf8[piece.range]))
          if index == countOfLonger.count { countOfLonger.append(0) }
          countOfLonger[index] += 1
        }
        isEmpty = false
      }
    }
  }

  /// The distinct pieces, in no particular order.
  var pieces: [String] {
    var pieces: [String] = []
    countOfScalar.forEach { value, count in
      if count > 0, let scalar = Unicode.Scalar(value) { pieces.append(String(scalar)) }
    }
    for index in 0..<longer.count {
      pieces.append(String(decoding: longer.strings[index], as: UTF8.self))
    }
    return pieces
  }
}
