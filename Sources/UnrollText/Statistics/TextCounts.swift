/// What can be counted in texts without a tokenizer, as they go by.
struct TextCounts {
  private(set) var bytes = 0
  private(set) var characters = 0
  private(set) var lines = CorpusStatistics.Lines()
  private(set) var controlCharacters: [Unicode.Scalar: Int] = [:]
  private(set) var byteOrderMarks = 0

  private var duplicates = DuplicateCounts()
  private var lineHash = LineHash()

  /// Counts what is in the next chunk of a text, in valid UTF-8.
  mutating func add(_ utf8: UnsafeBufferPointer<UInt8>, isFirst: Bool, isLast: Bool) {
    bytes += utf8.count
    if isFirst, utf8.starts(with: [0xEF, 0xBB, 0xBF]) { byteOrderMarks += 1 }
    CharacterSegmentation.forEachPiece(in: utf8) { piece in
      characters += 1
      if let scalar = piece.scalar { addControl(scalar) }
    }
    LineSegmentation.forEachLine(in: utf8) { range, ending in
      lineHash.add(UnsafeBufferPointer(rebasing: utf8[range]))
      if ending != .none { endLine(ending) }
    }
    if isLast, !lineHash.isEmpty { endLine(.none) }
    lines.duplicates = duplicates.estimate
  }

  /// Control characters are always pieces of their own.
  private mutating func addControl(_ value: UInt32) {
    guard value < 0x20 || (0x7F..<0xA0).contains(value), !(0x09...0x0A).contains(value),
      value != 0x0D, let scalar = Unicode.Scalar(value)
    else { return }
    controlCharacters[scalar, default: 0] += 1
  }

  private mutating func endLine(_ ending: LineSegmentation.Ending) {
    lines.count += 1
    switch ending {
    case .lineFeed: lines.lineFeeds += 1
    case .carriageReturn: lines.carriageReturns += 1
    case .both: lines.both += 1
    case .none: break
    }
    if !lineHash.isEmpty { duplicates.add(lineHash.value) }
    lineHash = LineHash()
  }

  /// A hash of 64 bits of a line that comes in parts, with which lines that are the same by chance
  /// do not occur (FNV-1a, mixed at the end as SplitMix64 does).
  private struct LineHash {
    private var state: UInt64 = 0xCBF2_9CE4_8422_2325
    private(set) var isEmpty = true

    mutating func add(_ bytes: UnsafeBufferPointer<UInt8>) {
      for byte in bytes { state = (state ^ UInt64(byte)) &* 0x100_0000_01B3 }
      if !bytes.isEmpty { isEmpty = false }
    }

    var value: UInt64 { OrderGenerator.mixed(state) }
  }

  /// The number of times that a hash came again: exact up to a million distinct ones, and beyond that
  /// told from a sample that is halved each time it is full.
  private struct DuplicateCounts {
    private static let limit = 1 << 20
    private var countOfHash: [UInt64: Int] = [:]
    private var repeated = 0
    private var sampling: UInt64 = 1

    mutating func add(_ hash: UInt64) {
      guard hash % sampling == 0 else { return }
      if let count = countOfHash[hash] {
        countOfHash[hash] = count + 1
        repeated += 1
        return
      }
      countOfHash[hash] = 1
      guard countOfHash.count > Self.limit else { return }
      sampling *= 2
      countOfHash = countOfHash.filter { $0.key % sampling == 0 }
      repeated = countOfHash.values.reduce(0) { $0 + $1 - 1 }
    }

    var estimate: Int { repeated * Int(sampling) }
  }
}
