/// Encodes text by byte-pair merges, each distinct word once.
struct BytePairEncoder {
  /// The number of words to remember before beginning anew, which bounds the memory.
  private static let memory = 1 << 18

  private let merges: BytePairMerges
  private var words = PieceTable()
  private var encodings: [Range<Int>] = []
  private var encoded: [Token] = []
  private var links = LinkedTokens()

  init(_ merges: BytePairMerges) {
    self.merges = merges
  }

  /// Appends the tokens of a text.
  mutating func encode(_ utf8: UnsafeBufferPointer<UInt8>, into tokens: inout [Token]) {
    TokenizerKind.bpe.forEachPiece(in: utf8) { piece in
      let word = UnsafeBufferPointer(rebasing: utf8[piece.range])
      if words.count == Self.memory {
        words = PieceTable()
        encodings = []
        encoded = []
      }
      let index = words.insert(word)
      if index == encodings.count {
        let start = encoded.count
        encode(word: word)
        encodings.append(start..<encoded.count)
      }
      tokens.append(contentsOf: encoded[encodings[index]])
    }
  }

  /// Merges the pair of the lowest rank, the leftmost first, until no pair has one.
  private mutating func encode(word: UnsafeBufferPointer<UInt8>) {
    links.removeAll()
    links.appendWord(word.lazy.map { [merges] in merges.token(of: $0) })
    var candidates = Heap<Candidate>()
    for position in 0..<links.count { add(position, to: &candidates) }
    while let candidate = candidates.popFirst() {
      let position = candidate.position
      guard let pair = links.pair(at: position), let merge = merges[pair],
        merge.rank == candidate.rank
      else { continue }
      links.mergePair(at: position, into: merge.token)
      add(links.position(before: position), to: &candidates)
      add(position, to: &candidates)
    }
    var position = 0
    while position >= 0 {
      encoded.append(links[position])
      position = links.position(after: position)
    }
  }

  private func add(_ position: Int, to candidates: inout Heap<Candidate>) {
    guard position >= 0, let pair = links.pair(at: position), let merge = merges[pair] else {
      return
    }
    candidates.insert(Candidate(rank: merge.rank, position: position))
  }

  private struct Candidate: Comparable {
    let rank: Int
    let position: Int

    static func < (one: Self, other: Self) -> Bool {
      (one.rank, one.position) < (other.rank, other.position)
    }
  }
}
